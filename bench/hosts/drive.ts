/** One import's images of one host, converted by the code that runs: Takes, batches on lanes, fetches, records. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RetryProps } from 'aws-cdk-lib/aws-stepfunctions';
import PQueue from 'p-queue';
import { convertImage, type Dependencies } from '../../functions/convert-image/convert-image.ts';
import { recordImages } from '../../functions/record-images/record-images.ts';
import type { Database } from '../../functions/shared/database/database.ts';
import { takeImages } from '../../functions/take-images/take-images.ts';
import { waitBefore } from '../../operate/capacity/simulation/processes.ts';
import { batchMilliseconds } from '../../workflows/batch-time.ts';
import { HostOnHoldError, ImageBlipError, transientErrors } from '../../workflows/errors.ts';
import {
  type ImageBatch,
  type ImageItem,
  type ImageOutcome,
  noTakeYet,
  recordImagesInputSchema,
} from '../../workflows/payloads/images.ts';
import { hostHoldRetry, imageBlipRetry } from '../../workflows/retry-policies.ts';
import { batchSize, limits } from '../database/conversions.ts';
import type { Drop } from '../database/products.ts';
import type { BenchHost } from './servers.ts';

/** A Take as it went, seconds; `startedAt` is since some moment. */
export type DrivenTake = { lanes: number; startedAt: number; seconds: number; converted: number; firstBytes: number[] };

/** Takes and converts until nothing is owed; what a host has refused is left to sweeps, which are not driven. */
export async function driveImport(
  {
    database,
    conversion,
    server,
    drop,
  }: { database: Database; conversion: Dependencies; server: BenchHost; drop: Drop },
  show: (take: number) => void,
): Promise<DrivenTake[]> {
  const takes: DrivenTake[] = [];
  const connection = { database, limits, batchSize };
  for (let take = noTakeYet; ; ) {
    const batches: ImageBatch[] = [];
    const writeBatches = async (_key: string, lines: readonly ImageBatch[]) => void batches.push(...lines);
    const input = { group: 1, hosts: [server.host], import: drop.import, round: 1, take };
    take = await takeImages({ ...connection, writeBatches }, input);
    if (take.batches === 0 && take.waitSeconds === 0) return takes;
    if (take.batches === 0) {
      await sleep(take.waitSeconds * 1000);
      continue;
    }
    show(take.takes);
    server.allowed = take.lanes;
    const start = performance.now();
    const lanes = new PQueue({ concurrency: take.lanes });
    const outcomes = (
      await lanes.addAll(batches.map((batch) => () => convertBatch(database, conversion, batch)))
    ).flat();
    const converted = outcomes.filter(({ status }) => status === 'converted').length;
    const firstBytes = outcomes.flatMap((outcome) =>
      outcome.status === 'converted' && outcome.firstByteMilliseconds !== null ? [outcome.firstByteMilliseconds] : [],
    );
    takes.push({
      lanes: take.lanes,
      startedAt: start / 1000,
      seconds: (performance.now() - start) / 1000,
      converted,
      firstBytes,
    });
  }
}

/** The chain of workflows/convert-images.ts: one image after the other, then one write. */
async function convertBatch(database: Database, conversion: Dependencies, batch: ImageBatch): Promise<ImageOutcome[]> {
  const { Items, takenAt, holder } = batch;
  const startedAt = Date.now();
  const outcomes: ImageOutcome[] = [];
  for (const item of Items) {
    const notAfter = Math.min(item.notAfter ?? Number.POSITIVE_INFINITY, startedAt + batchMilliseconds);
    outcomes.push(await withRetries(conversion, { ...item, notAfter }));
  }
  const batchStartedAt = new Date(startedAt).toISOString();
  const input = recordImagesInputSchema.parse({ outcomes, takenAt, holder, batchStartedAt });
  await recordImages({ database, now: () => new Date() }, input);
  return outcomes;
}

/** As the state's Retry and Catch. */
async function withRetries(conversion: Dependencies, item: ImageItem): Promise<ImageOutcome> {
  const retries = { ImageBlip: 0, HostOnHold: 0 };
  const policies: Record<keyof typeof retries, RetryProps> = { ImageBlip: imageBlipRetry, HostOnHold: hostHoldRetry };
  for (;;) {
    try {
      return await convertImage(item, conversion);
    } catch (error) {
      if (!(error instanceof ImageBlipError || error instanceof HostOnHoldError)) throw error;
      const name = error.name === transientErrors.imageBlip ? 'ImageBlip' : 'HostOnHold';
      if (retries[name] === policies[name].maxAttempts) {
        const cause = JSON.stringify({ errorType: name, errorMessage: error.message });
        return { imageId: item.imageId, attempt: item.attempt, status: 'crashed', error: name, cause };
      }
      await sleep(waitBefore(Math.random, policies[name], retries[name]) * 1000);
      retries[name] += 1;
    }
  }
}
