import { beforeEach, describe, expect, it, vi } from 'vitest';
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

  it('converts a batch of messages in one execution', async () => {
    const calls = await startStepFunctionsApi(() => answer('SUCCEEDED'));
    const handler = await load();
    expect(await handler({ Records: [message('a', item(1)), message('b', item(2))] })).toEqual(failures());
    expect(calls).toEqual([
      {
        action: 'StartSyncExecution',
        input: {
          stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:ConvertImages',
          input: JSON.stringify({ Items: [item(1), item(2)] }),
        },
      },
    ]);
  });

  it('leaves a message that is no image in the queue and converts the others', async () => {
    const calls = await startStepFunctionsApi(() => answer('SUCCEEDED'));
    const handler = await load();
    const Records = [message('a', 'not JSON'), message('b', item(2)), message('c', { imageId: 3 })];
    expect(await handler({ Records })).toEqual(failures('a', 'c'));
    expect(calls).toMatchObject([{ input: { input: JSON.stringify({ Items: [item(2)] }) } }]);
  });

  it('starts no execution where no message is an image', async () => {
    const calls = await startStepFunctionsApi(() => answer('SUCCEEDED'));
    const handler = await load();
    expect(await handler({ Records: [message('a', '')] })).toEqual(failures('a'));
    expect(calls).toEqual([]);
  });

  it.each([
    { what: 'ends FAILED', response: answer('FAILED') },
    { what: 'ends TIMED_OUT', response: answer('TIMED_OUT') },
    { what: 'cannot be started', response: { status: 400, body: { __type: 'StateMachineDoesNotExist' } } },
  ])('leaves all messages in the queue where the execution $what', async ({ response }) => {
    await startStepFunctionsApi(() => response);
    const handler = await load();
    expect(await handler({ Records: [message('a', item(1)), message('b', item(2))] })).toEqual(failures('a', 'b'));
  });
});
