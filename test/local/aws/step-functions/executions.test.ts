import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import type { ExecutionStatusChange } from '../../../../local/aws/step-functions/index.ts';
import { ended, startStepFunctions } from '../../../support/step-functions.ts';
import { functionArn, invoke, machineArn, single } from '../../../support/step-functions-definitions.ts';

const stateMachineArn = machineArn('Machine');
const echo = { standard: { Machine: single('Echo', { Type: 'Pass' }) } };
const waiting = { standard: { Machine: single('Wait', { Type: 'Wait', Seconds: 3600 }) } };
const start = (fields: object) => new StartExecutionCommand({ stateMachineArn, ...fields });

describe('the name of an execution', () => {
  it.each([
    '',
    'a b',
    'a<b',
    'a}b',
    'a?',
    'a*',
    'a"b',
    'a#b',
    'a%b',
    'a\\b',
    'a^b',
    'a|b',
    'a~b',
    'a`b',
    'a$b',
    'a&b',
    'a,b',
    'a;b',
    'a:b',
    'a/b',
    'a\u0007b',
    'a\u0085b',
    'x'.repeat(81),
  ])('is refused with InvalidName: %j', async (name) => {
    const { client } = await startStepFunctions(echo);
    await expect(client.send(start({ name }))).rejects.toMatchObject({ name: 'InvalidName' });
  });

  it.each(['acme-spring.catalog_xlsx-1f3a9c2b', 'é(1)!+=@', 'x'.repeat(80)])('is taken: %j', async (name) => {
    const { client } = await startStepFunctions(echo);
    const { executionArn } = await client.send(start({ name }));
    expect(executionArn).toBe(`arn:aws:states:us-east-1:000000000000:execution:Machine:${name}`);
  });

  it('is a uuid where none is given', async () => {
    const { client } = await startStepFunctions(echo);
    expect((await client.send(start({}))).executionArn).toMatch(/:Machine:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });
});

describe('starting a name again', () => {
  it('gives the running execution for the same input, even at once', async () => {
    const { client } = await startStepFunctions(waiting);
    const twice = { name: 'once', input: '{"a":1}' };
    const [first, second] = await Promise.all([client.send(start(twice)), client.send(start(twice))]);
    expect(second.executionArn).toBe(first.executionArn);
    expect(second.startDate).toEqual(first.startDate);
    const { executions } = await client.send(new ListExecutionsCommand({ stateMachineArn }));
    expect(executions).toHaveLength(1);
  });

  it.each([
    ['with another input', waiting, '{"a":2}'],
    ['after it ended', echo, '{"a":1}'],
  ])('fails with ExecutionAlreadyExists %s', async (_, options, input) => {
    const { client } = await startStepFunctions(options);
    const { executionArn } = await client.send(start({ name: 'once', input: '{"a":1}' }));
    if (options === echo) await ended(client, executionArn);
    await expect(client.send(start({ name: 'once', input }))).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  });
});

describe('a request that cannot be met', () => {
  it.each([
    ['InvalidExecutionInput', start({ input: '{"a":' })],
    ['ValidationException', start({ input: JSON.stringify('x'.repeat(262_144)) })],
    ['StateMachineDoesNotExist', start({ stateMachineArn: machineArn('Other') })],
    ['InvalidArn', start({ stateMachineArn: functionArn('x') })],
    [
      'ExecutionDoesNotExist',
      new DescribeExecutionCommand({
        executionArn: `${stateMachineArn.replace(':stateMachine:', ':execution:')}:none`,
      }),
    ],
    ['StateMachineTypeNotSupported', new StartSyncExecutionCommand({ stateMachineArn })],
    ['ValidationException', new ListExecutionsCommand({})],
    ['InvalidToken', new ListExecutionsCommand({ stateMachineArn, nextToken: '!' })],
  ] as const)('fails with %s', async (name, command) => {
    const { client } = await startStepFunctions(echo);
    await expect(client.send(command as StartExecutionCommand)).rejects.toMatchObject({ name });
  });
});

it('fails an execution whose input is nested too deeply, and goes on', async () => {
  const { client } = await startStepFunctions(echo);
  const { executionArn } = await client.send(start({ input: '['.repeat(100_000) + ']'.repeat(100_000) }));
  expect((await ended(client, executionArn)).status).toBe('FAILED');
  expect((await ended(client, (await client.send(start({}))).executionArn)).status).toBe('SUCCEEDED');
});

describe('stopping', () => {
  it('aborts the execution and its function, and keeps error and cause', async () => {
    const { promise: started, resolve: onStart } = Promise.withResolvers<void>();
    const { promise: aborted, resolve: onAbort } = Promise.withResolvers<void>();
    const retried = { Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 0 }] };
    const { client } = await startStepFunctions({
      standard: { Machine: single('Work', invoke('work', retried)) },
      functions: {
        work: (_: unknown, { signal }) => {
          onStart();
          return new Promise((_resolve, reject) =>
            signal.addEventListener('abort', () => {
              onAbort();
              reject(new Error('aborted'));
            }),
          );
        },
      },
    });
    const { executionArn } = await client.send(start({}));
    await started;
    const { stopDate } = await client.send(
      new StopExecutionCommand({ executionArn, error: 'Operator', cause: 'wrong file' }),
    );
    await aborted;
    const execution = await client.send(new DescribeExecutionCommand({ executionArn }));
    expect(execution).toMatchObject({ status: 'ABORTED', error: 'Operator', cause: 'wrong file', stopDate });
    expect((await client.send(new StopExecutionCommand({ executionArn }))).stopDate).toEqual(stopDate);
  });

  it('aborts the children of a Distributed Map and starts no more of them', async () => {
    let started = 0;
    const { stepFunctions } = await startStepFunctions({
      standard: {
        Machine: single('Each', {
          Type: 'Map',
          MaxConcurrency: 2,
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
            ...single('Wait', invoke('wait')),
          },
        }),
      },
      functions: {
        wait: () => {
          started += 1;
          return new Promise(() => {});
        },
      },
    });
    const { executionArn = '' } = stepFunctions.startExecution({ stateMachineArn, input: '[1,2,3,4,5]' });
    await expect.poll(() => started).toBe(2);
    await stepFunctions.stopExecution({ executionArn });
    const mapRun = () =>
      stepFunctions.describeMapRun({
        mapRunArn: stepFunctions.listMapRuns({ executionArn }).mapRuns?.[0]?.mapRunArn ?? '',
      });
    await expect.poll(mapRun).toMatchObject({ status: 'ABORTED', itemCounts: { aborted: 5, running: 0, pending: 0 } });
    const children = stepFunctions.listExecutions({ mapRunArn: mapRun().mapRunArn });
    expect(children.executions?.map(({ status }) => status)).toEqual(['ABORTED', 'ABORTED']);
    expect(started).toBe(2);
  });
});

it('reports status changes of Standard executions', async () => {
  const changes: ExecutionStatusChange[] = [];
  const { client } = await startStepFunctions({ ...echo, onExecutionStatusChange: (change) => changes.push(change) });
  await ended(client, (await client.send(start({ name: 'one', input: '{"a":1}' }))).executionArn);
  expect(changes.map(({ status }) => status)).toEqual(['RUNNING', 'SUCCEEDED']);
  expect(changes[1]).toMatchObject({
    stateMachineArn,
    name: 'one',
    input: '{"a":1}',
    output: '{"a":1}',
    stopDate: expect.any(Date),
  });
});

it('lists executions newest first, by status, page by page', async () => {
  const { client } = await startStepFunctions({
    standard: {
      Machine: {
        StartAt: 'Which',
        States: {
          Which: { Type: 'Choice', Choices: [{ Variable: '$.ok', BooleanEquals: true, Next: 'Good' }], Default: 'Bad' },
          Good: { Type: 'Succeed' },
          Bad: { Type: 'Fail', Error: 'Bad', Cause: 'not ok' },
        },
      },
    },
  });
  for (const n of [0, 1, 2, 3, 4]) {
    await ended(
      client,
      (await client.send(start({ name: `n${n}`, input: JSON.stringify({ ok: n % 2 === 0 }) }))).executionArn,
    );
  }
  const list = async (fields: object) => {
    const { executions = [], nextToken } = await client.send(new ListExecutionsCommand({ stateMachineArn, ...fields }));
    return { names: executions.map(({ name }) => name), nextToken };
  };
  expect((await list({ statusFilter: 'FAILED' })).names).toEqual(['n3', 'n1']);
  const first = await list({ maxResults: 3 });
  expect(first.names).toEqual(['n4', 'n3', 'n2']);
  expect(await list({ maxResults: 3, nextToken: first.nextToken })).toEqual({
    names: ['n1', 'n0'],
    nextToken: undefined,
  });
});

it('lists and describes state machines', async () => {
  const { client } = await startStepFunctions({ ...echo, express: { Other: single('Echo', { Type: 'Pass' }) } });
  const { stateMachines = [] } = await client.send(new ListStateMachinesCommand({}));
  expect(stateMachines.map(({ name, type }) => [name, type])).toEqual([
    ['Machine', 'STANDARD'],
    ['Other', 'EXPRESS'],
  ]);
  const machine = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
  expect(JSON.parse(machine.definition ?? '')).toEqual(echo.standard.Machine);
  expect(machine).toMatchObject({ status: 'ACTIVE', type: 'STANDARD', creationDate: expect.any(Date) });
});
