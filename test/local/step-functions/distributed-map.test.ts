import {
  DescribeMapRunCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { ended, historyOf, startStepFunctions, startStorage } from '../../support/step-functions.ts';
import { invoke, machineArn, single } from '../../support/step-functions-definitions.ts';

type MapFields = Record<string, unknown> & { executionType?: 'EXPRESS' | 'STANDARD' };
const readLines = {
  Resource: 'arn:aws:states:::s3:getObject',
  ReaderConfig: { InputType: 'JSONL' },
  Parameters: { Bucket: 'items', 'Key.$': '$.key' },
};
const distributedMap = ({ executionType = 'EXPRESS', ...fields }: MapFields) => ({
  Type: 'Map',
  Label: 'Items',
  ItemProcessor: {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: executionType },
    ...single('Work', invoke('work')),
  },
  ...fields,
});
const jsonLines = (items: unknown[]) => items.map((item) => `${JSON.stringify(item)}\n`).join('');
const numbers = (count: number) => Array.from({ length: count }, (_, n) => ({ n }));

async function start(client: SFNClient, input: unknown) {
  const command = new StartExecutionCommand({ stateMachineArn: machineArn('Each'), input: JSON.stringify(input) });
  const { executionArn } = await client.send(command);
  return executionArn;
}

async function mapRunOf(client: SFNClient, executionArn: string | undefined) {
  const { mapRuns = [] } = await client.send(new ListMapRunsCommand({ executionArn }));
  return client.send(new DescribeMapRunCommand({ mapRunArn: mapRuns[0]?.mapRunArn }));
}

/** Runs a machine of one Distributed Map whose children invoke `work` with their input. */
async function run(fields: MapFields, input: unknown, work: (input: never) => unknown = (item) => item) {
  const storage = await startStorage();
  const { key, lines, body } = { key: 'items.jsonl', lines: undefined, body: undefined, ...(input as object) } as {
    key: string;
    lines?: unknown[];
    body?: string;
  };
  if (lines !== undefined) await storage.put(key, jsonLines(lines));
  if (body !== undefined) await storage.put(key, body);
  const { client } = await startStepFunctions({
    standard: { Each: single('Each', distributedMap(fields)) },
    functions: { work },
    s3: storage.s3,
  });
  const executionArn = await start(client, lines === undefined && body === undefined ? input : { key });
  const execution = await ended(client, executionArn);
  const output = execution.output === undefined ? undefined : JSON.parse(execution.output);
  return { client, storage, execution, output, mapRun: await mapRunOf(client, executionArn) };
}

describe('items', () => {
  it.each([
    ['JSONL', jsonLines(numbers(3))],
    ['JSONL', `\uFEFF{"n":0}\r\n\n{"n":1}\n{"n":2}`],
    ['JSON', JSON.stringify(numbers(3))],
  ])('come from a %s object, each the input of a child', async (InputType, body) => {
    const { output } = await run({ ItemReader: { ...readLines, ReaderConfig: { InputType } } }, { body });
    expect(output).toEqual(numbers(3));
  });

  it('stop at MaxItems', async () => {
    const ItemReader = { ...readLines, ReaderConfig: { InputType: 'JSONL', MaxItems: 2 } };
    expect((await run({ ItemReader }, { lines: numbers(5) })).output).toEqual(numbers(2));
  });

  it('may be an array in the input, and may be none', async () => {
    expect((await run({ ItemsPath: '$.list' }, { list: [1, 2] })).output).toEqual([1, 2]);
    const { output, mapRun } = await run({ ItemReader: readLines }, { lines: [] });
    expect(output).toEqual([]);
    expect(mapRun).toMatchObject({ status: 'SUCCEEDED', itemCounts: { total: 0 }, executionCounts: { total: 0 } });
  });

  it('are shaped by ItemSelector', async () => {
    const ItemSelector = {
      'index.$': '$$.Map.Item.Index',
      'n.$': '$$.Map.Item.Value.n',
      'all.$': '$.common',
      'machine.$': '$$.StateMachine.Name',
    };
    const { output } = await run({ ItemsPath: '$.list', ItemSelector }, { list: numbers(600), common: 'c' });
    expect(output).toEqual(numbers(600).map(({ n }) => ({ index: n, n, all: 'c', machine: 'Each' })));
  });

  it.each([
    ['a missing object', { ItemReader: readLines }, { key: 'missing' }, /NoSuchKey/],
    ['a line that is not JSON', { ItemReader: readLines }, { body: '{"n":0}\n{"n":' }, /line 2 is not JSON/],
    [
      'JSON that is no array',
      { ItemReader: { ...readLines, ReaderConfig: { InputType: 'JSON' } } },
      { body: '{}' },
      /not a JSON array/,
    ],
  ])('fail the run before any child with States.ItemReaderFailed: %s', async (_, fields, input, cause) => {
    let calls = 0;
    const { execution, mapRun } = await run(fields, input, () => calls++);
    expect(execution).toMatchObject({
      status: 'FAILED',
      error: 'States.ItemReaderFailed',
      cause: expect.stringMatching(cause),
    });
    expect(mapRun.status).toBe('FAILED');
    expect(calls).toBe(0);
  });
});

describe('batches', () => {
  it('hold MaxItemsPerBatch items and the BatchInput', async () => {
    const ItemBatcher = { MaxItemsPerBatch: 2, BatchInput: { 'id.$': '$.key', fixed: 1 } };
    const { output, mapRun } = await run({ ItemReader: readLines, ItemBatcher }, { lines: numbers(5) });
    const BatchInput = { id: 'items.jsonl', fixed: 1 };
    expect(output).toEqual([[0, 1], [2, 3], [4]].map((batch) => ({ BatchInput, Items: batch.map((n) => ({ n })) })));
    expect(mapRun).toMatchObject({
      itemCounts: { total: 5, succeeded: 5 },
      executionCounts: { total: 3, succeeded: 3 },
    });
  });

  it('keep the whole input of a child within MaxInputBytesPerBatch', async () => {
    const lines = Array.from({ length: 40 }, (_, n) => 'é'.repeat(n));
    const inputs: { Items: string[] }[] = [];
    const ItemBatcher = { MaxInputBytesPerBatch: 200 };
    await run({ ItemReader: readLines, ItemBatcher, MaxConcurrency: 1 }, { lines }, (input: never) =>
      inputs.push(input),
    );
    expect(inputs.flatMap(({ Items }) => Items)).toEqual(lines);
    const sizes = inputs.map((input) => Buffer.byteLength(JSON.stringify(input)));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(200);
    const couldHaveMore = inputs
      .slice(1)
      .filter(
        ({ Items: [first] }, index) => (sizes[index] ?? 0) + Buffer.byteLength(`,${JSON.stringify(first)}`) <= 200,
      );
    expect(couldHaveMore).toEqual([]);
  });

  it('fail the child whose one item is over 256 KiB, not the others', async () => {
    const fields = {
      ItemReader: readLines,
      ItemBatcher: { MaxItemsPerBatch: 10 },
      ToleratedFailureCount: 1,
      ResultWriter: undefined,
    };
    const { output, mapRun } = await run(
      fields,
      { lines: ['a', 'x'.repeat(262_144), 'b'] },
      ({ Items }: { Items: string[] }) => Items,
    );
    expect(output).toEqual([['a'], ['b']]);
    expect(mapRun.itemCounts).toMatchObject({ succeeded: 2, failed: 1 });
  });
});

describe('concurrency', () => {
  it.each([
    ['a number', { MaxConcurrency: 3 }],
    ['a path', { MaxConcurrencyPath: '$.limit' }],
  ])('never exceeds MaxConcurrency, given as %s, and reaches it', async (_, fields) => {
    let running = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
    };
    await run({ ItemsPath: '$.list', ...fields }, { list: numbers(20), limit: 3 }, work);
    expect(most).toBe(3);
  });
});

describe('tolerated failures', () => {
  const failOn =
    (bad: number[]) =>
    ({ n }: { n: number }) => {
      if (bad.includes(n)) throw Object.assign(new Error(`no ${n}`), { name: 'Bad' });
      return n;
    };
  it.each([
    ['none by default', {}, [3], 'FAILED'],
    ['a percentage not breached', { ToleratedFailurePercentage: 20 }, [3, 4], 'SUCCEEDED'],
    ['a percentage breached', { ToleratedFailurePercentage: 20 }, [3, 4, 5], 'FAILED'],
    ['a count not breached', { ToleratedFailureCount: 2 }, [3, 4], 'SUCCEEDED'],
    ['a count breached', { ToleratedFailureCount: 2 }, [3, 4, 5], 'FAILED'],
    ['the lower of both', { ToleratedFailureCount: 1, ToleratedFailurePercentage: 100 }, [3, 4], 'FAILED'],
    ['a path', { ToleratedFailurePercentagePath: '$.tolerated' }, [3, 4], 'SUCCEEDED'],
  ])('decide whether the run fails: %s', async (_, fields, bad, status) => {
    const { execution, output, mapRun } = await run(
      { ItemsPath: '$.list', MaxConcurrency: 1, ...fields },
      { list: numbers(10), tolerated: 20 },
      failOn(bad),
    );
    expect(mapRun).toMatchObject({ status, itemCounts: { failed: bad.length } });
    expect(execution.status).toBe(status);
    if (status === 'FAILED') expect(execution.error).toBe('States.ExceedToleratedFailureThreshold');
    else expect(output).toEqual([0, 1, 2, 5, 6, 7, 8, 9]);
  });

  it('count every item of a failed batch', async () => {
    const { execution } = await run(
      { ItemsPath: '$.list', ItemBatcher: { MaxItemsPerBatch: 5 }, ToleratedFailurePercentage: 40 },
      { list: numbers(10) },
      ({ Items }: { Items: { n: number }[] }) => failOn([3])(Items[3] ?? { n: 0 }),
    );
    expect(execution.error).toBe('States.ExceedToleratedFailureThreshold');
  });

  it('reach the Catch of the state', async () => {
    const { output } = await run(
      {
        ItemsPath: '$.list',
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Each', ResultPath: '$.error' }],
        ItemSelector: { 'n.$': '$.error.Error' },
      },
      { list: numbers(1), error: { Error: 'none yet' } },
      ({ n }: { n: unknown }) => {
        if (n === 'none yet') throw new Error('first');
        return n;
      },
    );
    expect(output).toEqual(['States.ExceedToleratedFailureThreshold']);
  });
});

describe('children', () => {
  it('of type STANDARD are listed as executions of the Map Run, with histories', async () => {
    const { client, mapRun } = await run({ ItemsPath: '$.list', executionType: 'STANDARD' }, { list: numbers(3) });
    const { executions = [] } = await client.send(new ListExecutionsCommand({ mapRunArn: mapRun.mapRunArn }));
    expect(executions).toHaveLength(3);
    const arn = /^arn:aws:states:us-east-1:000000000000:execution:Each\/Items:[0-9a-f-]{36}$/;
    expect(executions[0]).toMatchObject({
      status: 'SUCCEEDED',
      executionArn: expect.stringMatching(arn),
      itemCount: 1,
    });
    expect((await historyOf(client, executions[0]?.executionArn)).map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    const { executions: parents } = await client.send(
      new ListExecutionsCommand({ stateMachineArn: machineArn('Each') }),
    );
    expect(parents).toHaveLength(1);
  });

  it('of type EXPRESS are not', async () => {
    const { client, mapRun } = await run({ ItemsPath: '$.list' }, { list: numbers(3) });
    expect((await client.send(new ListExecutionsCommand({ mapRunArn: mapRun.mapRunArn }))).executions).toEqual([]);
  });

  it('run in their tens of thousands', async () => {
    const { mapRun, execution } = await run(
      { ItemReader: readLines, ItemBatcher: { MaxItemsPerBatch: 2 }, MaxConcurrency: 40, ResultPath: null },
      { lines: numbers(20_000) },
      () => 1,
    );
    expect(execution.status).toBe('SUCCEEDED');
    expect(mapRun).toMatchObject({
      itemCounts: { succeeded: 20_000, total: 20_000 },
      executionCounts: { succeeded: 10_000 },
    });
  });
});

it('shows the counts of a Map Run while it runs', async () => {
  const gates = new Map<number, () => void>();
  const { client } = await startStepFunctions({
    standard: {
      Each: single(
        'Each',
        distributedMap({ ItemsPath: '$.list', ItemBatcher: { MaxItemsPerBatch: 2 }, MaxConcurrency: 2 }),
      ),
    },
    functions: {
      work: ({ Items: [{ n }] }: { Items: [{ n: number }] }) => new Promise<void>((resolve) => gates.set(n, resolve)),
    },
  });
  const executionArn = await start(client, { list: numbers(7) });
  const until = async (itemCounts: object, executionCounts: object) => {
    await expect.poll(() => mapRunOf(client, executionArn)).toMatchObject({ itemCounts, executionCounts });
  };
  await until({ total: 7, running: 4, pending: 3, succeeded: 0 }, { total: 4, running: 2, pending: 2 });
  gates.get(0)?.();
  await until({ total: 7, running: 4, pending: 1, succeeded: 2 }, { total: 4, running: 2, pending: 1, succeeded: 1 });
  expect(await mapRunOf(client, executionArn)).toMatchObject({ status: 'RUNNING', maxConcurrency: 2, executionArn });
  for (const n of [2, 4, 6]) {
    await expect.poll(() => gates.has(n)).toBe(true);
    gates.get(n)?.();
  }
  await ended(client, executionArn);
  const mapRun = await mapRunOf(client, executionArn);
  expect(mapRun).toMatchObject({
    status: 'SUCCEEDED',
    stopDate: expect.any(Date),
    itemCounts: { succeeded: 7, running: 0, pending: 0 },
  });
  expect((await historyOf(client, executionArn)).map(({ type }) => type)).toEqual([
    'ExecutionStarted',
    'MapStateEntered',
    'MapRunStarted',
    'MapRunSucceeded',
    'MapStateExited',
    'ExecutionSucceeded',
  ]);
});
