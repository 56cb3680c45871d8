import { beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { imageBatchSchema } from '../../../workflows/payloads/images.ts';
import { startStepFunctionsApi } from '../../support/step-functions-api.ts';

const item = (imageId: number) => ({
  imageId,
  sourceUrl: `https://cdn.example/${imageId}.jpg`,
  supplierCode: 'acme',
  attempt: 2,
  etag: null,
  lastModified: null,
  headers: {},
  allowSvg: false,
});
const batch = (...imageIds: number[]) => ({
  Items: imageIds.map(item),
  takenAt: 1_800_000_000_000,
  holder: 'message 7',
});
const message = (messageId: string, body: unknown) => ({
  messageId,
  receiptHandle: 'handle',
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const failures = (...ids: string[]) => ({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });
const answer = (status: string) => ({
  status: 200,
  body: { executionArn: 'arn:x', status, startDate: 1, stopDate: 2, ...(status === 'FAILED' && { error: 'E' }) },
});

/** The function as Lambda loads it, with clients of its own: each test has another endpoint. */
async function load() {
  vi.resetModules();
  return (await import('../../../functions/convert-queued/handler.ts')).handler;
}

describe('convert-queued', () => {
  beforeEach(() => {
    vi.stubEnv('CONVERT_IMAGES_ARN', 'arn:aws:states:us-east-1:000000000000:stateMachine:ConvertImages');
  });

  it('converts the batch of each message in an execution of its own', async () => {
    const calls = await startStepFunctionsApi(() => answer('SUCCEEDED'));
    const handler = await load();
    expect(await handler({ Records: [message('a', batch(1, 2)), message('b', batch(3))] })).toEqual(failures());
    const inputs = calls.map(({ action, input }) => {
      expect(action).toBe('StartSyncExecution');
      const started = z.object({ stateMachineArn: z.string(), input: z.string() }).parse(input);
      expect(started.stateMachineArn).toBe(process.env.CONVERT_IMAGES_ARN);
      return imageBatchSchema.parse(JSON.parse(started.input));
    });
    const ids = inputs.map(({ Items }) => Items.map(({ imageId }) => imageId));
    expect(ids.sort()).toEqual([[1, 2], [3]]);
    for (const input of inputs) expect(input).toMatchObject({ takenAt: 1_800_000_000_000, holder: 'message 7' });
  });

  it('leaves a message that is no batch in the queue and converts the others', async () => {
    const calls = await startStepFunctionsApi(() => answer('SUCCEEDED'));
    const handler = await load();
    const Records = [message('a', 'not JSON'), message('b', batch(2)), message('c', { Items: [] })];
    expect(await handler({ Records })).toEqual(failures('a', 'c'));
    expect(calls).toHaveLength(1);
  });

  it.each([
    { what: 'ends FAILED', response: answer('FAILED') },
    { what: 'ends TIMED_OUT', response: answer('TIMED_OUT') },
    { what: 'cannot be started', response: { status: 400, body: { __type: 'StateMachineDoesNotExist' } } },
  ])('leaves the message in the queue where its execution $what', async ({ response }) => {
    await startStepFunctionsApi(() => response);
    const handler = await load();
    expect(await handler({ Records: [message('a', batch(1)), message('b', batch(2))] })).toEqual(failures('a', 'b'));
  });
});
