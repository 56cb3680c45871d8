import { beforeEach, describe, expect, it, vi } from 'vitest';
import { productImportInputSchema } from '../../../workflows/payloads/import-states.ts';
import { startStepFunctionsApi } from '../../support/step-functions-api.ts';

function objectCreated(object: object = {}) {
  return {
    version: '0',
    id: '17793124-05d4-b198-2fde-7ededc63b103',
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: '000000000000',
    time: '2026-03-01T12:00:00Z',
    region: 'us-east-1',
    resources: ['arn:aws:s3:::uploads'],
    detail: {
      version: '0',
      bucket: { name: 'uploads' },
      object: {
        key: 'acme/spring catalog.xlsx',
        size: 5,
        etag: 'b1946ac9',
        sequencer: '00617F08299329D189',
        ...object,
      },
      'request-id': 'N4N7GDK58NMKJ12R',
      requester: '123456789012',
      'source-ip-address': '1.2.3.4',
      reason: 'PutObject',
    },
  };
}

const started = { status: 200, body: { executionArn: 'arn:x', startDate: 1 } };

/** The function as Lambda loads it, with clients of its own: each test has another endpoint. */
async function load() {
  vi.resetModules();
  return (await import('../../../functions/start-import/handler.ts')).handler;
}

describe('start-import', () => {
  beforeEach(() => {
    vi.stubEnv('PRODUCT_IMPORT_ARN', 'arn:aws:states:us-east-1:000000000000:stateMachine:ProductImport');
  });

  it('starts the import of an object under a readable name', async () => {
    const calls = await startStepFunctionsApi(() => started);
    const handler = await load();
    const { name, result } = await handler(objectCreated());
    expect(result).toBe('started');
    expect(name).toMatch(/^acme-spring-catalog-xlsx-[0-9a-f]{8}$/);
    expect(calls).toMatchObject([
      { action: 'StartExecution', input: { name, stateMachineArn: process.env.PRODUCT_IMPORT_ARN } },
    ]);
    const [call] = calls;
    const input = JSON.parse(Object(call?.input).input);
    expect(productImportInputSchema.parse(input)).toEqual({
      upload: {
        bucket: 'uploads',
        key: 'acme/spring catalog.xlsx',
        versionId: '00617F08299329D189',
        objectVersionId: null,
        etag: 'b1946ac9',
        size: 5,
        uploadedAt: '2026-03-01T12:00:00Z',
        sequencer: '00617F08299329D189',
      },
    });
  });

  it('reads the version that was dropped where the bucket is versioned', async () => {
    const calls = await startStepFunctionsApi(() => started);
    const handler = await load();
    await handler(objectCreated({ 'version-id': 'v7' }));
    const input = JSON.parse(Object(calls[0]?.input).input);
    expect(input.upload).toMatchObject({ versionId: 'v7', objectVersionId: 'v7' });
  });

  it('takes an event delivered again for done', async () => {
    const names = new Set<unknown>();
    await startStepFunctionsApi(({ input }) => {
      const { name } = Object(input);
      if (names.has(name)) return { status: 400, body: { __type: 'ExecutionAlreadyExists', message: name } };
      names.add(name);
      return started;
    });
    const handler = await load();
    const [first, second] = [await handler(objectCreated()), await handler(objectCreated())];
    expect(first).toEqual({ result: 'started', name: first.name });
    expect(second).toEqual({ result: 'exists', name: first.name });
  });

  it.each(['stray.xlsx', 'acme/brochure.pdf', 'acme/', 'Ä/x.xlsx'])(
    'starts an import of %s too, so that its refusal is seen',
    async (key) => {
      const calls = await startStepFunctionsApi(() => started);
      const handler = await load();
      expect(await handler(objectCreated({ key }))).toMatchObject({ result: 'started' });
      expect(calls).toHaveLength(1);
    },
  );

  it('ignores the empty object that the S3 console makes of a folder', async () => {
    const calls = await startStepFunctionsApi(() => started);
    const handler = await load();
    expect(await handler(objectCreated({ key: 'acme/', size: 0 }))).toEqual({ result: 'ignored', name: null });
    expect(calls).toEqual([]);
  });

  it('throws where Step Functions refuses otherwise, so that EventBridge tries again', async () => {
    await startStepFunctionsApi(() => ({ status: 400, body: { __type: 'StateMachineDoesNotExist', message: 'none' } }));
    const handler = await load();
    await expect(handler(objectCreated())).rejects.toThrow('none');
  });
});
