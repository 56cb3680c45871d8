import { describe, expect, it } from 'vitest';
import { images } from '../../../schema/index.ts';
import { convertedTo, failedWith, now, queuedImages, read, record } from './records.ts';

describe('recording failed and postponed images', () => {
  it.each([
    { status: 'postponed' as const, firstByteMilliseconds: null, retryAfterSeconds: 30 },
    { status: 'crashed' as const, error: 'HostOnHold', cause: '{}' },
  ])('leaves an image that is $status for its host’s sake to its import, without an attempt', async (outcome) => {
    const { database, id } = await queuedImages();
    const before = await read(database, id);
    await record(database, { imageId: id, attempt: 1, ...outcome });
    expect(await read(database, id)).toEqual(before);
  });

  it.each([
    { code: 'RATE_LIMITED', retryAfter: null },
    { code: 'RATE_LIMITED', retryAfter: 300 },
    { code: 'SERVICE_UNAVAILABLE', retryAfter: 20 },
  ])('leaves an image refused with $code and Retry-After $retryAfter to its import', async ({ code, retryAfter }) => {
    const { database, id } = await queuedImages();
    expect(await record(database, failedWith(id, code, 1, retryAfter))).toEqual({ converted: 0, failed: 0 });
    const refused = { status: 'pending', attempts: 0, nextAttemptAt: null, errorCode: code };
    expect(await read(database, id)).toMatchObject(refused);
    // Of the queue, or of an import that has ended meanwhile.
    await database.update(images).set({ nextAttemptAt: new Date() });
    await record(database, failedWith(id, code, 1, retryAfter));
    expect(await read(database, id)).toMatchObject({ status: 'pending', nextAttemptAt: expect.any(Date) });
    await record(database, convertedTo(id));
    expect(await read(database, id)).toMatchObject({ status: 'converted', attempts: 1, errorCode: null });
  });

  it.each([
    { code: 'RATE_LIMITED', retryAfter: 301 },
    { code: 'SERVICE_UNAVAILABLE', retryAfter: null },
  ])(
    'counts an attempt for $code with Retry-After $retryAfter, which no import waits for',
    async ({ code, retryAfter }) => {
      const { database, id } = await queuedImages();
      expect(await record(database, failedWith(id, code, 1, retryAfter))).toEqual({ converted: 0, failed: 1 });
      expect(await read(database, id)).toMatchObject({ status: 'failed', attempts: 1, errorCode: code });
    },
  );

  it('makes a postponed image from the queue due again, without an attempt', async () => {
    const { database, id } = await queuedImages();
    await database.update(images).set({ importId: null, nextAttemptAt: new Date() });
    const outcome = {
      imageId: id,
      attempt: 1,
      firstByteMilliseconds: null,
      status: 'postponed',
      retryAfterSeconds: 30,
    } as const;
    expect(await record(database, outcome)).toEqual({ converted: 0, failed: 0 });
    expect(await read(database, id)).toMatchObject({
      status: 'pending',
      attempts: 0,
      nextAttemptAt: new Date(now.getTime() + 30_000),
    });
  });

  it.each([
    { code: 'NOT_FOUND', attempt: 1, retryAfter: null, dueAfterHours: 2 },
    { code: 'NOT_FOUND', attempt: 5, retryAfter: null, dueAfterHours: 48 },
    { code: 'NOT_FOUND', attempt: 6, retryAfter: null, dueAfterHours: null },
    { code: 'RATE_LIMITED', attempt: 1, retryAfter: 6 * 3600, dueAfterHours: 6 },
    { code: 'UNSUPPORTED_FORMAT', attempt: 1, retryAfter: null, dueAfterHours: null },
  ])(
    'makes a $code of attempt $attempt due after $dueAfterHours h',
    async ({ code, attempt, retryAfter, dueAfterHours }) => {
      const { database, id } = await queuedImages();
      expect(await record(database, failedWith(id, code, attempt, retryAfter))).toEqual({ converted: 0, failed: 1 });
      expect(await read(database, id)).toMatchObject({
        status: 'failed',
        attempts: attempt,
        errorCode: code,
        errorMessage: `${code} happened`,
        claimedAt: null,
        nextAttemptAt: dueAfterHours === null ? null : new Date(now.getTime() + dueAfterHours * 3_600_000),
      });
    },
  );

  it('reads the code of an invocation that crashed', async () => {
    const { database, id } = await queuedImages();
    const cause = JSON.stringify({ errorType: 'ImageBlip', errorMessage: 'TIMEOUT: No answer within 20 s' });
    await record(database, { imageId: id, attempt: 1, status: 'crashed', error: 'ImageBlip', cause });
    expect(await read(database, id)).toMatchObject({ errorCode: 'TIMEOUT', errorMessage: 'No answer within 20 s' });
  });

  it('stores a message with characters that PostgreSQL has no room for', async () => {
    const { database, id } = await queuedImages();
    await record(database, { ...failedWith(id), message: 'bad\0header \ud800' });
    expect(await read(database, id)).toMatchObject({ errorMessage: 'bad\ufffdheader \ufffd' });
  });
});
