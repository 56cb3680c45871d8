import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import {
  distributedMap,
  mapRunOf,
  numbers,
  readLines,
  runDistributedMap,
  start,
} from '../../../support/distributed-map.ts';
import { ended, historyOf, startStepFunctions } from '../../../support/step-functions.ts';
import { machineArn, single } from '../../../support/step-functions-definitions.ts';

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
    await runDistributedMap({ ItemsPath: '$.list', ...fields }, { list: numbers(20), limit: 3 }, work);
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
    const { execution, output, mapRun } = await runDistributedMap(
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
    const { execution } = await runDistributedMap(
      { ItemsPath: '$.list', ItemBatcher: { MaxItemsPerBatch: 5 }, ToleratedFailurePercentage: 40 },
      { list: numbers(10) },
      ({ Items }: { Items: { n: number }[] }) => failOn([3])(Items[3] ?? { n: 0 }),
    );
    expect(execution.error).toBe('States.ExceedToleratedFailureThreshold');
  });

  it('reach the Catch of the state', async () => {
    const { output } = await runDistributedMap(
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
    const { client, mapRun } = await runDistributedMap(
      { ItemsPath: '$.list', executionType: 'STANDARD' },
      { list: numbers(3) },
    );
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
    const { client, mapRun } = await runDistributedMap({ ItemsPath: '$.list' }, { list: numbers(3) });
    expect((await client.send(new ListExecutionsCommand({ mapRunArn: mapRun.mapRunArn }))).executions).toEqual([]);
  });

  it('run in their tens of thousands', async () => {
    const { mapRun, execution } = await runDistributedMap(
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
    'MapStateStarted',
    'MapRunStarted',
    'MapRunSucceeded',
    'MapStateSucceeded',
    'MapStateExited',
    'ExecutionSucceeded',
  ]);
});
