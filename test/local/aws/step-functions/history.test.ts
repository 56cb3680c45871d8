import { GetExecutionHistoryCommand, type HistoryEvent, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { expect, it } from 'vitest';
import { distributedMap } from '../../../support/distributed-map.ts';
import { ended, historyOf, startStepFunctions } from '../../../support/step-functions.ts';
import { functionArn, invoke, machineArn, single } from '../../../support/step-functions-definitions.ts';

async function run(
  definition: object,
  input: unknown = {},
  functions: Record<string, (payload: never) => unknown> = {},
) {
  const { client } = await startStepFunctions({ standard: { Machine: definition }, functions });
  const { executionArn } = await client.send(
    new StartExecutionCommand({ stateMachineArn: machineArn('Machine'), input: JSON.stringify(input) }),
  );
  await ended(client, executionArn);
  return { client, executionArn, history: await historyOf(client, executionArn) };
}

const typesOf = (events: HistoryEvent[]) => events.map(({ type }) => type);

/** The events that lead to the last one, oldest first. */
function chainOf(history: HistoryEvent[], last: HistoryEvent | undefined): HistoryEvent[] {
  const previous = history.find(({ id }) => id === last?.previousEventId);
  return last === undefined ? [] : [...chainOf(history, previous), last];
}

it('shows a task, its input and its output as AWS does', async () => {
  const { history } = await run(
    single('Work', invoke('work', { TimeoutSeconds: 9 })),
    { a: 1 },
    { work: () => 'done' },
  );
  expect(history.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(history.map(({ previousEventId }) => previousEventId)).toEqual([0, 0, 2, 3, 4, 5, 6]);
  expect(history).toMatchObject([
    {
      type: 'ExecutionStarted',
      executionStartedEventDetails: { input: '{"a":1}', inputDetails: { truncated: false } },
    },
    { type: 'TaskStateEntered', stateEnteredEventDetails: { name: 'Work', input: '{"a":1}' } },
    {
      type: 'TaskScheduled',
      taskScheduledEventDetails: {
        resourceType: 'lambda',
        resource: 'invoke',
        region: 'us-east-1',
        parameters: JSON.stringify({ FunctionName: functionArn('work'), Payload: { a: 1 } }),
        timeoutInSeconds: 9,
      },
    },
    { type: 'TaskStarted', taskStartedEventDetails: { resourceType: 'lambda', resource: 'invoke' } },
    { type: 'TaskSucceeded', taskSucceededEventDetails: { output: expect.stringContaining('"Payload":"done"') } },
    { type: 'TaskStateExited', stateExitedEventDetails: { name: 'Work', output: '"done"' } },
    { type: 'ExecutionSucceeded', executionSucceededEventDetails: { output: '"done"' } },
  ]);
});

it('has LambdaFunction events for a function as Resource', async () => {
  const { history } = await run(single('Work', { Type: 'Task', Resource: functionArn('work') }), {}, { work: () => 1 });
  expect(typesOf(history).slice(2, 5)).toEqual([
    'LambdaFunctionScheduled',
    'LambdaFunctionStarted',
    'LambdaFunctionSucceeded',
  ]);
});

it('shows a failed execution with its error', async () => {
  const { history } = await run(
    single('Work', invoke('work')),
    {},
    {
      work: () => {
        throw new RangeError('no');
      },
    },
  );
  expect(typesOf(history)).toEqual([
    'ExecutionStarted',
    'TaskStateEntered',
    'TaskScheduled',
    'TaskStarted',
    'TaskFailed',
    'ExecutionFailed',
  ]);
  expect(history[4]?.taskFailedEventDetails).toMatchObject({ error: 'RangeError', resourceType: 'lambda' });
  expect(history[5]?.executionFailedEventDetails?.error).toBe('RangeError');
});

it('keeps the events of an inline Map apart by their previousEventId', async () => {
  const definition = {
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        ItemProcessor: {
          StartAt: 'Work',
          States: { Work: invoke('work', { Next: 'After' }), After: { Type: 'Pass', End: true } },
        },
        Next: 'Done',
      },
      Done: { Type: 'Succeed' },
    },
  };
  const { history } = await run(definition, [3, 1, 2], {
    work: (n: number) => new Promise((resolve) => setTimeout(resolve, n * 5, n)),
  });
  const own = history.filter(({ type }) => /^(Map|Succeed|Execution)/.test(type ?? ''));
  expect(typesOf(own)).toEqual([
    'ExecutionStarted',
    'MapStateEntered',
    'MapStateStarted',
    'MapIterationStarted',
    'MapIterationStarted',
    'MapIterationStarted',
    'MapIterationSucceeded',
    'MapIterationSucceeded',
    'MapIterationSucceeded',
    'MapStateSucceeded',
    'MapStateExited',
    'SucceedStateEntered',
    'SucceedStateExited',
    'ExecutionSucceeded',
  ]);
  for (const succeeded of history.filter(({ type }) => type === 'MapIterationSucceeded')) {
    const { index = -1 } = succeeded.mapIterationSucceededEventDetails ?? {};
    const chain = chainOf(history, succeeded);
    expect(typesOf(chain)).toEqual([
      'MapStateEntered',
      'MapStateStarted',
      'MapIterationStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'PassStateEntered',
      'PassStateExited',
      'MapIterationSucceeded',
    ]);
    expect(chain[2]?.mapIterationStartedEventDetails).toEqual({ name: 'Each', index });
    expect(chain[7]?.stateExitedEventDetails?.output).toBe(String([3, 1, 2][index]));
  }
});

const failing = {
  functions: {
    work: () => {
      throw new RangeError('no');
    },
  },
  caught: { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Done' }] },
};

it.each([
  ['Map', { Type: 'Map', ItemProcessor: single('Work', invoke('work')), ...failing.caught }],
  ['Parallel', { Type: 'Parallel', Branches: [single('Work', invoke('work'))], ...failing.caught }],
  ['Map', { ...distributedMap({ ...failing.caught }) }],
])('shows no success of a %s whose failure was caught', async (type, state) => {
  const definition = { StartAt: 'Each', States: { Each: { ...state, Next: 'Done' }, Done: { Type: 'Succeed' } } };
  const { history } = await run(definition, [1], failing.functions);
  const own = typesOf(history).filter((name) => new RegExp(`^${type}State`).test(name ?? ''));
  expect(own).toEqual([`${type}StateEntered`, `${type}StateStarted`, `${type}StateFailed`, `${type}StateExited`]);
});

it.each([
  ['an inline Map', { Type: 'Map', ItemsPath: '$.list', ItemProcessor: single('Echo', { Type: 'Pass' }) }],
  ['a Distributed Map', distributedMap({ ItemsPath: '$.list' })],
])('tells how many items %s has', async (_, state) => {
  const { history } = await run(single('Each', state), { list: [1, 2, 3] }, { work: () => 1 });
  const started = history.find(({ type }) => type === 'MapStateStarted');
  expect(started?.mapStateStartedEventDetails).toEqual({ length: 3 });
  expect(typesOf(history).slice(-3)).toEqual(['MapStateSucceeded', 'MapStateExited', 'ExecutionSucceeded']);
});

it('comes page by page, backwards, and without data', async () => {
  const { client, executionArn, history } = await run(single('Echo', { Type: 'Pass' }), { a: 1 });
  const page = (fields: object) => client.send(new GetExecutionHistoryCommand({ executionArn, ...fields }));
  for (const reverseOrder of [false, true]) {
    const first = await page({ maxResults: 3, reverseOrder });
    const second = await page({ maxResults: 3, reverseOrder, nextToken: first.nextToken });
    expect(second.nextToken).toBeUndefined();
    expect([...(first.events ?? []), ...(second.events ?? [])]).toEqual(reverseOrder ? history.toReversed() : history);
  }
  const { events } = await page({ includeExecutionData: false });
  expect(events?.[1]?.stateEnteredEventDetails).toEqual({ name: 'Echo' });
});

it('ends an execution at 25,000 events', async () => {
  const loop = {
    StartAt: 'Again',
    States: {
      Again: { Type: 'Wait', Seconds: 0, Next: 'Or' },
      Or: { Type: 'Choice', Choices: [{ Variable: '$.stop', IsPresent: true, Next: 'End' }], Default: 'Again' },
      End: { Type: 'Succeed' },
    },
  };
  const { client, executionArn } = await run(loop);
  const { events = [] } = await client.send(
    new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 1 }),
  );
  expect(events[0]).toMatchObject({
    id: 25_000,
    type: 'ExecutionFailed',
    executionFailedEventDetails: { error: 'States.Runtime' },
  });
});
