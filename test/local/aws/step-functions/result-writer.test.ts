import { DescribeMapRunCommand, ListMapRunsCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { ended, startStepFunctions, startStorage } from '../../../support/step-functions.ts';
import { invoke, machineArn, single } from '../../../support/step-functions-definitions.ts';

const writer = { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'items', 'Prefix.$': '$.prefix' } };

async function run(ResultWriter: object, list: unknown[], work: (n: never) => unknown, fields: object = {}) {
  const storage = await startStorage();
  const { client } = await startStepFunctions({
    standard: {
      Each: single('Each', {
        Type: 'Map',
        ItemsPath: '$.list',
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
          ...single('Work', invoke('work')),
        },
        ResultWriter,
        ...fields,
      }),
    },
    functions: { work },
    s3: storage.s3,
  });
  const { executionArn } = await client.send(
    new StartExecutionCommand({
      stateMachineArn: machineArn('Each'),
      input: JSON.stringify({ list, prefix: 'results/a/' }),
    }),
  );
  const execution = await ended(client, executionArn);
  const { mapRuns = [] } = await client.send(new ListMapRunsCommand({ executionArn }));
  const mapRun = await client.send(new DescribeMapRunCommand({ mapRunArn: mapRuns[0]?.mapRunArn }));
  const folder = `results/a/${mapRun.mapRunArn?.split(':').at(-1)}`;
  return { storage, execution, mapRun, folder };
}

describe('a ResultWriter', () => {
  it('exports the results of children by status, with a manifest, and gives its place', async () => {
    const work = (n: number) => {
      if (n === 1) throw Object.assign(new Error('no'), { name: 'Bad' });
      return { n };
    };
    const { storage, execution, mapRun, folder } = await run(writer, [3, 1, 2], work, {
      ToleratedFailureCount: 1,
      MaxConcurrency: 1,
    });
    const { mapRunArn: MapRunArn } = mapRun;
    expect(JSON.parse(execution.output ?? '')).toEqual({
      MapRunArn,
      ResultWriterDetails: { Bucket: 'items', Key: `${folder}/manifest.json` },
    });
    const succeeded = await storage.get(`${folder}/SUCCEEDED_0.json`);
    const failed = await storage.get(`${folder}/FAILED_0.json`);
    expect(JSON.parse(await storage.get(`${folder}/manifest.json`))).toEqual({
      DestinationBucket: 'items',
      MapRunArn,
      ResultFiles: {
        SUCCEEDED: [{ Key: `${folder}/SUCCEEDED_0.json`, Size: Buffer.byteLength(succeeded) }],
        FAILED: [{ Key: `${folder}/FAILED_0.json`, Size: Buffer.byteLength(failed) }],
        PENDING: [],
      },
    });
    expect(JSON.parse(succeeded)).toMatchObject([
      { Status: 'SUCCEEDED', Input: '3', Output: '{"n":3}', InputDetails: { Included: true } },
      {
        Status: 'SUCCEEDED',
        Input: '2',
        Output: '{"n":2}',
        ExecutionArn: expect.stringContaining(':express:Each/Each:'),
      },
    ]);
    expect(JSON.parse(failed)).toMatchObject([
      { Status: 'FAILED', Input: '1', Error: 'Bad', Cause: '{"errorType":"Bad","errorMessage":"no","trace":[]}' },
    ]);
    expect(mapRun.itemCounts).toMatchObject({ resultsWritten: 3 });
  });

  it('exports what was not started when too much fails', async () => {
    const work = (n: number) => {
      if (n === 1) throw new Error('no');
      return n;
    };
    const { storage, execution, folder } = await run(writer, [5, 1, 2, 3], work, { MaxConcurrency: 1 });
    expect(execution.error).toBe('States.ExceedToleratedFailureThreshold');
    const pending = JSON.parse(await storage.get(`${folder}/PENDING_0.json`));
    expect(pending).toMatchObject([
      { Status: 'PENDING', Input: '2' },
      { Status: 'PENDING', Input: '3' },
    ]);
  });

  it.each([
    ['COMPACT', 'JSON', '[[1,1],[2,2]]'],
    ['COMPACT', 'JSONL', '[1,1]\n[2,2]\n'],
  ])('transforms what it exports: %s as %s', async (Transformation, OutputType, body) => {
    const config = { ...writer, WriterConfig: { Transformation, OutputType } };
    const { storage, folder } = await run(config, [1, 2], (n: number) => [n, n], { MaxConcurrency: 1 });
    expect(await storage.get(`${folder}/SUCCEEDED_0.${OutputType.toLowerCase()}`)).toBe(body);
  });

  it('exports a manifest alone where there were no items', async () => {
    const { storage, execution, folder } = await run(writer, [], () => 1);
    expect(execution.status).toBe('SUCCEEDED');
    expect(JSON.parse(await storage.get(`${folder}/manifest.json`)).ResultFiles).toEqual({
      SUCCEEDED: [],
      FAILED: [],
      PENDING: [],
    });
  });

  it('exports results of many megabytes whole', async () => {
    const list = Array.from({ length: 100 }, (_, n) => n + 1);
    const config = { ...writer, WriterConfig: { Transformation: 'COMPACT' } };
    const { storage, folder } = await run(config, list, (n: number) => `${n}${'é'.repeat(60_000)}`);
    const outputs: string[] = JSON.parse(await storage.get(`${folder}/SUCCEEDED_0.json`));
    expect(outputs.map((text) => Number.parseInt(text, 10)).sort((a, b) => a - b)).toEqual(list);
  });

  it('fails the run with States.ResultWriterFailed where the bucket is missing', async () => {
    const missing = { ...writer, Parameters: { Bucket: 'missing', Prefix: 'p' } };
    const { execution, mapRun } = await run(missing, [1], () => 1);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.ResultWriterFailed' });
    expect(mapRun.status).toBe('FAILED');
  });
});
