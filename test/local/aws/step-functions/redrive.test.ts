import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  RedriveExecutionCommand,
  type SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import type { ExecutionStatusChange } from '../../../../local/aws/step-functions/index.ts';
import { distributedMap, mapRunOf, numbers, start } from '../../../support/distributed-map.ts';
import { ended, historyOf, startStepFunctions, temporaryDirectory } from '../../../support/step-functions.ts';
import { invoke, machineArn, single } from '../../../support/step-functions-definitions.ts';

/** A machine of three tasks, the second of which does what the test says. */
const threeTasks = (fields: object = {}) => ({
  StartAt: 'First',
  States: {
    First: { ...invoke('first'), Next: 'Second' },
    Second: { ...invoke('second', fields), Next: 'Third' },
    Third: { ...invoke('third', { Parameters: { FunctionName: 'third', 'Payload.$': '$$.Execution' } }), End: true },
  },
});

async function startThreeTasks(second: (input: never, options: { signal: AbortSignal }) => unknown, fields?: object) {
  const calls: string[] = [];
  const changes: ExecutionStatusChange[] = [];
  const started = await startStepFunctions({
    standard: { Tasks: threeTasks(fields) },
    functions: {
      first: () => calls.push('first'),
      second: (input: never, options) => {
        calls.push(`second ${JSON.stringify(input)}`);
        return second(input, options);
      },
      third: ({ RedriveCount }: { RedriveCount: number }) => ({ RedriveCount }),
    },
    onExecutionStatusChange: (change) => changes.push(change),
  });
  const { executionArn } = await started.client.send(
    new StartExecutionCommand({ stateMachineArn: machineArn('Tasks'), input: '{"a":1}' }),
  );
  return { ...started, executionArn, calls, changes };
}

/** Fails as often as `failures` says, then gives its input. */
function failing(failures: number) {
  let left = failures;
  return (input: unknown) => {
    left -= 1;
    if (left >= 0) throw Object.assign(new Error('not yet'), { name: 'NotYet' });
    return input;
  };
}

const redrive = (client: SFNClient, executionArn: string | undefined, clientToken?: string) =>
  client.send(new RedriveExecutionCommand({ executionArn, clientToken }));

describe('RedriveExecution', () => {
  it('goes on at the state that failed, with its input, under the same ARN', async () => {
    const { client, executionArn, calls } = await startThreeTasks(failing(1));
    expect(await ended(client, executionArn)).toMatchObject({
      status: 'FAILED',
      redriveCount: 0,
      redriveStatus: 'REDRIVABLE',
    });
    const { redriveDate } = await redrive(client, executionArn);
    expect(await ended(client, executionArn)).toMatchObject({
      status: 'SUCCEEDED',
      input: '{"a":1}',
      output: '{"RedriveCount":1}',
      redriveCount: 1,
      redriveDate,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    });
    expect(calls).toEqual(['first', 'second 1', 'second 1']);
    const events = await historyOf(client, executionArn);
    expect(events.slice(6).map(({ type }) => type)).toEqual([
      ...['TaskStateEntered', 'TaskScheduled', 'TaskStarted', 'TaskFailed', 'ExecutionFailed', 'ExecutionRedriven'],
      // The state was entered before.
      ...['TaskScheduled', 'TaskStarted', 'TaskSucceeded', 'TaskStateExited'],
      ...['TaskStateEntered', 'TaskScheduled', 'TaskStarted', 'TaskSucceeded', 'TaskStateExited', 'ExecutionSucceeded'],
    ]);
    expect(events[11]).toMatchObject({ previousEventId: 11, executionRedrivenEventDetails: { redriveCount: 1 } });
  });

  it('counts retries anew, counts redrives, and tells each change of status', async () => {
    const Retry = [{ ErrorEquals: ['NotYet'], MaxAttempts: 1, IntervalSeconds: 1, MaxDelaySeconds: 1 }];
    const { client, executionArn, calls, changes } = await startThreeTasks(failing(4), { Retry });
    await ended(client, executionArn);
    await redrive(client, executionArn);
    expect(await ended(client, executionArn)).toMatchObject({ status: 'FAILED', redriveCount: 1 });
    await redrive(client, executionArn);
    expect(await ended(client, executionArn)).toMatchObject({ status: 'SUCCEEDED', redriveCount: 2 });
    expect(calls).toHaveLength(1 + 2 + 2 + 1);
    expect(changes.map(({ status, redriveCount }) => `${status} ${redriveCount}`)).toEqual([
      ...['RUNNING 0', 'FAILED 0', 'RUNNING 1', 'FAILED 1', 'RUNNING 2', 'SUCCEEDED 2'],
    ]);
  });

  it.each([
    [
      'stopped',
      {},
      (client: SFNClient, executionArn?: string) => client.send(new StopExecutionCommand({ executionArn })),
    ],
    ['timed out', { TimeoutSeconds: 1 }, async () => {}],
  ])('goes on where the execution was %s', async (_, fields, stop) => {
    let calls = 0;
    const hangOnce = () => {
      calls += 1;
      return calls === 1 ? new Promise(() => {}) : 'done';
    };
    const { client } = await startStepFunctions({
      standard: { Each: { ...single('Work', invoke('work')), ...fields } },
      functions: { work: hangOnce },
    });
    const executionArn = await start(client, {});
    await expect.poll(() => calls).toBe(1);
    await stop(client, executionArn);
    expect(await ended(client, executionArn)).toMatchObject({ redriveStatus: 'REDRIVABLE' });
    await redrive(client, executionArn);
    expect(await ended(client, executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '"done"' });
  });

  it('goes on in the process after the one that ended', async () => {
    const store = await temporaryDirectory();
    const options = { standard: { Each: single('Work', invoke('work')) }, store };
    const first = await startStepFunctions({ ...options, functions: { work: () => new Promise(() => {}) } });
    const executionArn = await start(first.client, {});
    await expect.poll(async () => (await historyOf(first.client, executionArn)).length).toBeGreaterThan(2);
    await first.stepFunctions.close();
    const { client } = await startStepFunctions({ ...options, functions: { work: () => 'done' } });
    expect(await ended(client, executionArn)).toMatchObject({ status: 'ABORTED', redriveStatus: 'REDRIVABLE' });
    await redrive(client, executionArn);
    expect(await ended(client, executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '"done"' });
  });

  it('redrives once for one client token', async () => {
    const { client, executionArn } = await startThreeTasks(failing(1));
    await ended(client, executionArn);
    const first = await redrive(client, executionArn, 'token');
    expect(await redrive(client, executionArn, 'token')).toMatchObject({ redriveDate: first.redriveDate });
    expect(await ended(client, executionArn)).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
  });

  it('refuses what runs, what succeeded, and what is not there', async () => {
    const { client, executionArn } = await startThreeTasks(
      (_, { signal }) => new Promise((resolve) => signal.addEventListener('abort', resolve)),
    );
    const refused = (status: string) => ({
      name: 'ExecutionNotRedrivable',
      message: `Execution is ${status} and cannot be redriven`,
    });
    await expect(redrive(client, executionArn)).rejects.toMatchObject(refused('RUNNING'));
    const other = await startThreeTasks(failing(0));
    await ended(other.client, other.executionArn);
    await expect(redrive(other.client, other.executionArn)).rejects.toMatchObject(refused('SUCCEEDED'));
    await expect(redrive(client, `${executionArn}-not`)).rejects.toMatchObject({ name: 'ExecutionDoesNotExist' });
    await expect(redrive(client, machineArn('Tasks'))).rejects.toMatchObject({ name: 'InvalidArn' });
  });

  it('is what ListExecutions filters by', async () => {
    const { client, executionArn } = await startThreeTasks(failing(1));
    await ended(client, executionArn);
    const stateMachineArn = machineArn('Tasks');
    const listed = async (redriveFilter: 'REDRIVEN' | 'NOT_REDRIVEN') => {
      const { executions } = await client.send(new ListExecutionsCommand({ stateMachineArn, redriveFilter }));
      return executions?.map(({ redriveCount, redriveDate }) => ({ redriveCount, redriveDate }));
    };
    expect(await listed('NOT_REDRIVEN')).toEqual([{ redriveCount: 0, redriveDate: undefined }]);
    const { redriveDate } = await redrive(client, executionArn);
    expect(await listed('NOT_REDRIVEN')).toEqual([]);
    expect(await listed('REDRIVEN')).toEqual([{ redriveCount: 1, redriveDate }]);
  });
});

describe('a Map Run of a redriven execution', () => {
  /** Ten items, one child at a time; number 4 fails the first time, after which 5 to 9 are not started. */
  async function startFailingMap(executionType: 'EXPRESS' | 'STANDARD', fields: object = {}) {
    const calls: number[] = [];
    const failOnce = failing(1);
    const work = ({ n }: { n: number }) => {
      calls.push(n);
      return n === 4 ? failOnce(n) : n;
    };
    const map = distributedMap({ ItemsPath: '$.list', MaxConcurrency: 1, executionType, ...fields });
    const { client } = await startStepFunctions({ standard: { Each: single('Each', map) }, functions: { work } });
    const executionArn = await start(client, { list: numbers(10) });
    expect(await ended(client, executionArn)).toMatchObject({ error: 'States.ExceedToleratedFailureThreshold' });
    return { client, executionArn, calls };
  }

  it.each(['EXPRESS', 'STANDARD'] as const)('runs only the %s children that had not succeeded', async (type) => {
    const { client, executionArn, calls } = await startFailingMap(type);
    const { mapRunArn } = await mapRunOf(client, executionArn);
    await redrive(client, executionArn);
    expect(await ended(client, executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '[0,1,2,3,4,5,6,7,8,9]' });
    expect(calls).toEqual([0, 1, 2, 3, 4, 4, 5, 6, 7, 8, 9]);
    expect((await client.send(new ListMapRunsCommand({ executionArn }))).mapRuns).toHaveLength(1);
    expect(await client.send(new DescribeMapRunCommand({ mapRunArn }))).toMatchObject({
      status: 'SUCCEEDED',
      redriveCount: 1,
      redriveDate: expect.any(Date),
      itemCounts: { total: 10, succeeded: 10, failed: 0, pending: 0, pendingRedrive: 0 },
    });
    const events = (await historyOf(client, executionArn)).map(({ type: event }) => event);
    expect(events.slice(-6)).toEqual([
      'ExecutionRedriven',
      ...['MapRunRedriven', 'MapRunSucceeded', 'MapStateSucceeded', 'MapStateExited', 'ExecutionSucceeded'],
    ]);
  });

  it('redrives its Standard children, which nobody else can', async () => {
    const { client, executionArn } = await startFailingMap('STANDARD');
    const { mapRunArn } = await mapRunOf(client, executionArn);
    const children = async (redriveFilter?: 'REDRIVEN') =>
      (await client.send(new ListExecutionsCommand({ mapRunArn, redriveFilter }))).executions ?? [];
    const [failed] = await children();
    const describeChild = () => client.send(new DescribeExecutionCommand({ executionArn: failed?.executionArn }));
    expect(await describeChild()).toMatchObject({ status: 'FAILED', redriveStatus: 'REDRIVABLE_BY_MAP_RUN' });
    await expect(redrive(client, failed?.executionArn)).rejects.toMatchObject({ name: 'ExecutionNotRedrivable' });
    await redrive(client, executionArn);
    await ended(client, executionArn);
    expect(await describeChild()).toMatchObject({ status: 'SUCCEEDED', output: '4', redriveCount: 1 });
    expect(await children('REDRIVEN')).toMatchObject([{ executionArn: failed?.executionArn, redriveCount: 1 }]);
    expect(await children()).toHaveLength(10);
  });

  it('is a new one where the state is retried', async () => {
    const Retry = [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1, IntervalSeconds: 1, MaxDelaySeconds: 1 }];
    const { client } = await startStepFunctions({
      standard: { Each: single('Each', distributedMap({ ItemsPath: '$.list', Retry })) },
      functions: { work: failing(3) },
    });
    const executionArn = await start(client, { list: numbers(1) });
    expect(await ended(client, executionArn)).toMatchObject({ status: 'FAILED' });
    await redrive(client, executionArn);
    expect(await ended(client, executionArn)).toMatchObject({ status: 'SUCCEEDED' });
    const { mapRuns = [] } = await client.send(new ListMapRunsCommand({ executionArn }));
    const redrives = mapRuns.map(({ mapRunArn }) => client.send(new DescribeMapRunCommand({ mapRunArn })));
    expect((await Promise.all(redrives)).map(({ redriveCount }) => redriveCount)).toEqual([0, 1, 0]);
  });
});
