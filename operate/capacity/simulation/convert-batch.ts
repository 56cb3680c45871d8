import { type ImageRecord, imageRecord } from '../../../functions/record-images/image-record.ts';
import { weightedMedian } from '../../../functions/shared/hosts/pace.ts';
import { holdSeconds, shortHoldSeconds } from '../../../functions/shared/hosts/politeness.ts';
import { batchMilliseconds } from '../../../workflows/batch-time.ts';
import { transientErrors } from '../../../workflows/errors.ts';
import type { ImageBatch, ImageItem, ImageOutcome } from '../../../workflows/payloads/images.ts';
import { hostHoldRetry, imageBlipRetry, imageServiceRetry, recordRetry } from '../../../workflows/retry-policies.ts';
import { quotas } from '../quotas.ts';
import { assumptions } from '../scenario.ts';
import type { Process } from './event-loop.ts';
import type { ImageHost } from './image-hosts.ts';
import { StateFailedError, statement, task, waitBefore } from './processes.ts';
import type { World } from './world.ts';

/** An outcome, or what convert-image threw. Of a converted image no more than that is told. */
type Outcome = Exclude<ImageOutcome, { status: 'converted' }> | { status: 'converted'; firstByteMilliseconds: number };
type Converted = { record: ImageRecord; host: ImageHost; firstByteMilliseconds: number | null };

/**
 * An Express execution: its images one after the other while there is time, then one write; false where that failed.
 * `importId` null: from the queue.
 */
export function* convertBatch(world: World, batch: ImageBatch, importId: number | null): Process<boolean> {
  const { loop, express } = world;
  const start = loop.now;
  const done: Converted[] = [];
  for (const item of batch.Items) {
    const host = hostOf(world, item.imageId);
    const notAfter = Math.min(item.notAfter ?? Number.POSITIVE_INFINITY, start * 1000 + batchMilliseconds);
    const outcome = yield* convertImage(world, host, { ...item, notAfter });
    const { imageId: id, attempt } = item;
    const record: ImageRecord =
      outcome.status === 'converted'
        ? { id, attempts: attempt, outcome: 'converted' }
        : imageRecord(outcome, new Date(loop.now * 1000), importId !== null);
    const firstByteMilliseconds = outcome.status === 'crashed' ? null : outcome.firstByteMilliseconds;
    done.push({ record, host, firstByteMilliseconds });
  }
  const isRecorded = yield* recordImages(world, batch, importId, start, done);
  const seconds = loop.now - start;
  express.children += 1;
  express.billedSeconds += Math.min(seconds, quotas.stepFunctions.expressSeconds);
  express.longestSeconds = Math.max(express.longestSeconds, seconds);
  return isRecorded;
}

/** State "Convert image" with its retries. */
function* convertImage(world: World, host: ImageHost, item: ImageItem): Process<Outcome> {
  const { imageId, attempt } = item;
  const retries = { hold: 0, blip: 0, service: 0 };
  const policies = { hold: hostHoldRetry, blip: imageBlipRetry, service: imageServiceRetry };
  const errors = {
    hold: transientErrors.hostOnHold,
    blip: transientErrors.imageBlip,
    service: 'Lambda.TooManyRequestsException',
  };
  const cause = { hold: '', blip: 'SERVER_ERROR: The host answered 503; expected 200.', service: '' };
  yield world.platform.transition;
  for (;;) {
    let result: Outcome | 'hold' | 'blip' = 'hold';
    const ran = yield* world.functions['convert-image'].invoke(
      (function* (): Process {
        result = yield* runConvertImage(world, host, item);
      })(),
    );
    const thrown = ran ? (result as Outcome | 'hold' | 'blip') : 'service';
    if (typeof thrown !== 'string') return thrown;
    if (retries[thrown] === (policies[thrown].maxAttempts ?? 3)) {
      return { imageId, attempt, status: 'crashed', error: errors[thrown], cause: cause[thrown] };
    }
    yield waitBefore(world.random.uniform, policies[thrown], retries[thrown]);
    retries[thrown] += 1;
  }
}

/** One run of convert-image. */
function* runConvertImage(world: World, host: ImageHost, item: ImageItem): Process<Outcome | 'hold' | 'blip'> {
  const { loop, scenario, settings, random } = world;
  const { imageId, attempt } = item;
  const wait = Math.max(0, Math.ceil(host.holdUntil - loop.now));
  const isLate = item.notAfter !== undefined && loop.now * 1000 > item.notAfter;
  if (!isLate && wait > 0 && wait <= shortHoldSeconds) return 'hold';
  if (isLate || wait > 0) {
    yield assumptions.postponed;
    const retryAfterSeconds = isLate ? 0 : wait;
    return { imageId, attempt, firstByteMilliseconds: null, status: 'postponed', retryAfterSeconds };
  }
  const { imageSeconds, networkShare, spread } = scenario;
  const factor = Math.min(random.logNormal(1, spread), settings.images.timeoutSeconds / imageSeconds);
  world.bounds.overLanes = Math.max(world.bounds.overLanes, host.inFlight + 1 - world.ledger.lanesAt(host.name));
  const { status, firstByteSeconds, retryAfterSeconds } = yield* host.request(imageSeconds * networkShare * factor);
  const firstByteMilliseconds = Math.round(firstByteSeconds * 1000);
  if (status === 503) return 'blip';
  if (status === 429) {
    const code = 'RATE_LIMITED';
    host.hold(holdSeconds(code, retryAfterSeconds));
    return { imageId, attempt, firstByteMilliseconds, status: 'failed', code, message: '', retryAfterSeconds };
  }
  const cpus = Math.min(1, settings.images.memoryMegabytes / quotas.lambda.megabytesPerCpu);
  yield (imageSeconds * (1 - networkShare) * factor) / cpus;
  const renditions = Object.keys(settings.conversion.renditions).length;
  for (let rendition = 0; rendition < renditions; rendition += 1) yield world.prefix;
  world.puts.add(renditions);
  return { status: 'converted', firstByteMilliseconds };
}

/** State "Record images"; what it cannot write stays owed, or comes again with its message. */
function* recordImages(
  world: World,
  { takenAt, holder }: ImageBatch,
  importId: number | null,
  start: number,
  done: readonly Converted[],
): Process<boolean> {
  const { images, ledger, loop } = world;
  const seconds = assumptions.record + done.length * assumptions.recordPerImage;
  const asked = done.filter(({ record }) => record.outcome !== 'postponed').length;
  const image = asked > 0 ? Math.round(((loop.now - start) * 1000) / asked) : null;
  try {
    yield* task(world, 'record-images', statement(world, seconds, done.length), recordRetry);
  } catch (error) {
    if (error instanceof StateFailedError) return false;
    throw error;
  }
  for (const { record } of done) images.record(record, importId);
  for (const [host, own] of Map.groupBy(done, (one) => one.host)) {
    const count = (...codes: string[]) => own.filter(({ record }) => codes.includes(record.error_code ?? '')).length;
    const measured = own.flatMap(({ firstByteMilliseconds: value }) => (value === null ? [] : [{ value, weight: 1 }]));
    const seen = {
      requests: own.filter(({ record }) => record.outcome !== 'postponed').length,
      rate_limited: count('RATE_LIMITED'),
      unavailable: count('SERVICE_UNAVAILABLE', 'TIMEOUT'),
      first_byte: weightedMedian(measured),
      image,
    };
    const hold = Math.max(0, ...own.map(({ record }) => record.hold_seconds ?? 0));
    ledger.observe(host.name, takenAt, seen, hold);
  }
  if (holder !== null) ledger.giveBack([holder]);
  return true;
}

function hostOf({ hosts, images }: World, imageId: number): ImageHost {
  const { host } = images.find(imageId);
  const found = hosts.get(host);
  if (!found) throw new Error(`There is no host ${host}`);
  return found;
}
