import { sql } from 'drizzle-orm';
import { recordImages } from '../../../functions/record-images/record-images.ts';
import type { Database } from '../../../functions/shared/database/database.ts';
import { images } from '../../../schema/index.ts';
import { type ImageBatch, type ImageItem, type ImageOutcome, noTakeYet } from '../../../workflows/payloads/images.ts';
import type { RegisteredImport } from '../../../workflows/payloads/upload.ts';
import { type Take, take } from '../../support/takes.ts';

export const host = 'cdn.example';

export async function insertImages(
  database: Database,
  { importId, supplierId }: Pick<RegisteredImport, 'importId' | 'supplierId'>,
  hosts: Record<string, number>,
  path = '',
): Promise<void> {
  for (const [name, count] of Object.entries(hosts)) {
    await database.execute(sql`
      insert into images (source_url_hash, source_url, supplier_id, host, import_id, next_attempt_at)
      select gen_random_uuid(), 'https://' || ${name} || '/' || n || ${path}, ${supplierId}, ${name}, ${importId}, null
      from generate_series(1, ${count}) n`);
  }
}

/** What a host answers to its n-th request, from 1, at so many seconds after the first. */
export type Answer = { status: 200 } | { status: 429; retryAfterSeconds: number } | { status: 'reset' };
export type Host = (request: number, seconds: number) => Answer;

export type Run = {
  requests: number;
  /** By image: requests that were answered with it. */
  served: Map<number, number>;
  /** Requests at once at most. */
  most: number;
  /** Requests while the host wanted to be left alone. */
  tooEarly: number;
  /** Seconds that Takes have asked to wait for. */
  waits: number[];
  /** Until nothing is owed that the import sees to itself, a request taking a second. */
  seconds: number;
};

/**
 * The child of "Convert images" over one host, Take by Take, with the functions that run: lanes side by side, a second a
 * request. `afterTake` may do anything in between, such as run the Take again.
 */
export async function convertHost(
  database: Database,
  registered: RegisteredImport,
  answer: Host,
  afterTake: (taken: Take) => Promise<Take> = async (taken) => taken,
): Promise<Run> {
  const run: Run = { requests: 0, served: new Map(), most: 0, tooEarly: 0, waits: [], seconds: 0 };
  let heldUntil = 0;
  const pass = async (seconds: number) => {
    run.seconds += seconds;
    await database.execute(sql`update image_hosts set hold_until = hold_until - make_interval(secs => ${seconds})`);
  };
  const ask = (item: ImageItem): ImageOutcome => {
    const { imageId, attempt } = item;
    const base = { imageId, attempt, firstByteMilliseconds: 100 };
    for (let tries = 1; ; tries += 1) {
      run.requests += 1;
      if (heldUntil > run.seconds) run.tooEarly += 1;
      const answered = answer(run.requests, run.seconds);
      if (answered.status === 200) {
        run.served.set(imageId, (run.served.get(imageId) ?? 0) + 1);
        return { ...base, status: 'converted', ...conversion(imageId) };
      }
      if (answered.status === 429) {
        const { retryAfterSeconds } = answered;
        heldUntil = Math.max(heldUntil, run.seconds + retryAfterSeconds);
        return { ...base, status: 'failed', code: 'RATE_LIMITED', message: 'Too many', retryAfterSeconds };
      }
      // The state's retries of a blip: two more.
      const cause = JSON.stringify({ errorMessage: 'CONNECTION_FAILED: reset' });
      if (tries === 3) return { imageId, attempt, status: 'crashed', error: 'ImageBlip', cause };
    }
  };

  let taken = await afterTake(await take(database, registered, [host], { before: noTakeYet }));
  while (taken.batches > 0 || taken.waitSeconds > 0) {
    if (taken.batches === 0) {
      run.waits.push(taken.waitSeconds);
      await pass(taken.waitSeconds);
    } else {
      const waiting = [...taken.lines];
      type Lane = { batch: ImageBatch; left: ImageItem[]; outcomes: ImageOutcome[] };
      let lanes: Lane[] = [];
      const begin = () => {
        while (lanes.length < taken.lanes) {
          const batch = waiting.shift();
          if (batch === undefined) return;
          lanes.push({ batch, left: [...batch.Items], outcomes: [] });
        }
      };
      for (begin(); lanes.length > 0; begin()) {
        const isHeld = heldUntil > run.seconds;
        if (!isHeld) run.most = Math.max(run.most, lanes.length);
        for (const { left, outcomes } of lanes) {
          const item = left.shift();
          if (item) outcomes.push(isHeld ? postponed(item, heldUntil - run.seconds) : ask(item));
        }
        if (!isHeld) await pass(1);
        for (const { batch, outcomes } of lanes.filter(({ left }) => left.length === 0)) {
          const { takenAt, holder } = batch;
          const batchStartedAt = new Date(Date.now() - outcomes.length * 1000).toISOString();
          await recordImages({ database, now: () => new Date() }, { outcomes, takenAt, holder, batchStartedAt });
        }
        lanes = lanes.filter(({ left }) => left.length > 0);
      }
    }
    taken = await afterTake(await take(database, registered, [host], { before: taken }));
  }
  return run;
}

const postponed = ({ imageId, attempt }: ImageItem, retryAfterSeconds: number): ImageOutcome => ({
  imageId,
  attempt,
  firstByteMilliseconds: null,
  status: 'postponed',
  retryAfterSeconds: Math.ceil(retryAfterSeconds),
});

const conversion = (imageId: number) => ({
  etag: null,
  lastModified: null,
  sourceSha256: String(imageId).padStart(64, '0'),
  baseUrl: 'https://images.example',
  objectKey: `acme/${imageId}`,
  renditions: { large: [1, 1, 1] as [number, number, number] },
});

/** Images by status. */
export async function statuses(database: Database): Promise<Record<string, number>> {
  const rows = await database.select({ status: images.status }).from(images);
  const counts: Record<string, number> = {};
  for (const { status } of rows) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
