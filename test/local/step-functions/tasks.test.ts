import { setImmediate as nextTurn } from 'node:timers/promises';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ended, historyOf, startStepFunctions } from '../../support/step-functions.ts';
import { functionArn, invoke, machineArn, single } from '../../support/step-functions-definitions.ts';

const named = (name: string, message: string) => Object.assign(new Error(message), { name });

async function run(options: Parameters<typeof startStepFunctions>[0], input: unknown = {}) {
  const { client } = await startStepFunctions(options);
  const [name = ''] = Object.keys(options.standard ?? {});
  const { executionArn } = await client.send(
    new StartExecutionCommand({ stateMachineArn: machineArn(name), input: JSON.stringify(input) }),
  );
  const execution = await ended(client, executionArn);
  const output = execution.output === undefined ? undefined : JSON.parse(execution.output);
  return { execution, output, history: await historyOf(client, executionArn) };
}

describe('a Task that invokes a function', () => {
  it('gives the result that lambda:invoke gives', async () => {
    const { output } = await run(
      {
        standard: { Double: single('Double', invoke('double', { OutputPath: '$' })) },
        functions: { double: ({ n }: { n: number }) => ({ n: n * 2 }) },
      },
      { n: 21 },
    );
    expect(output).toMatchObject({ Payload: { n: 42 }, StatusCode: 200, ExecutedVersion: '$LATEST' });
  });

  it.each([`${functionArn('where')}:live`, functionArn('where'), 'where', 'where:live'])(
    'invokes %s by its unqualified ARN',
    async (FunctionName) => {
      const arns: string[] = [];
      await run({
        standard: { Where: single('Where', invoke('', { Parameters: { FunctionName } })) },
        invokeFunction: async (arn) => arns.push(arn),
      });
      expect(arns).toEqual([functionArn('where')]);
    },
  );

  it("hands a function's error to Catch as AWS does", async () => {
    const { output } = await run(
      {
        standard: {
          Catching: {
            StartAt: 'Fail',
            States: {
              Fail: invoke('fail', {
                Next: 'Done',
                Catch: [{ ErrorEquals: ['Refused'], Next: 'Done', ResultPath: '$.error' }],
              }),
              Done: { Type: 'Pass', End: true },
            },
          },
        },
        functions: {
          fail: () => {
            throw named('Refused', 'no header');
          },
        },
      },
      { a: 1 },
    );
    expect(output).toEqual({
      a: 1,
      error: { Error: 'Refused', Cause: '{"errorType":"Refused","errorMessage":"no header","trace":[]}' },
    });
  });

  it('retries the errors that Retry names and no others', async () => {
    const errors = ['DatabaseUnavailable', 'DatabaseUnavailable', 'Refused'];
    let calls = 0;
    const retry = [{ ErrorEquals: ['DatabaseUnavailable'], IntervalSeconds: 0, MaxAttempts: 5 }];
    const { execution, history } = await run({
      standard: { Retrying: single('Try', invoke('try', { Retry: retry })) },
      functions: {
        try: () => {
          throw named(errors[calls++] ?? 'Never', 'x');
        },
      },
    });
    expect(execution).toMatchObject({ status: 'FAILED', error: 'Refused' });
    expect(calls).toBe(3);
    expect(
      history.filter(({ type }) => type === 'TaskFailed').map((event) => event.taskFailedEventDetails?.error),
    ).toEqual(errors);
  });

  it('ends a task at its TimeoutSeconds and aborts the function', async () => {
    let aborted = false;
    const { execution, history } = await run({
      standard: { Slow: single('Wait', invoke('wait', { TimeoutSeconds: 1 })) },
      functions: {
        wait: (_: unknown, { signal }) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => {
              aborted = true;
              reject(new Error('stopped'));
            });
          }),
      },
    });
    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    expect(aborted).toBe(true);
    expect(history.map(({ type }) => type)).toContain('TaskTimedOut');
  });

  it('sends events to EventBridge', async () => {
    const sent: unknown[] = [];
    const entry = { Source: 'test', DetailType: 'Done', 'Detail.$': '$' };
    const { output } = await run(
      {
        standard: {
          Tell: single('Tell', {
            Type: 'Task',
            Resource: 'arn:aws:states:::events:putEvents',
            Parameters: { Entries: [entry] },
          }),
        },
        putEvents: async (entries) => {
          sent.push(...entries);
        },
      },
      { a: 1 },
    );
    expect(sent).toEqual([{ Source: 'test', DetailType: 'Done', Detail: { a: 1 } }]);
    expect(output).toMatchObject({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] });
  });
});

describe('the payload limit', () => {
  const over = 'x'.repeat(262_144);
  it.each([
    ['a result', invoke('big')],
    ['a Pass state', { Type: 'Pass', Parameters: { 'a.$': '$', 'b.$': '$', 'c.$': '$' } }],
  ])('fails an execution whose state outputs over 256 KiB: %s', async (_, state) => {
    const catching = {
      ...state,
      ...(state.Type === 'Task' && { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Done' }] }),
    };
    const { execution } = await run(
      {
        standard: {
          Big: {
            StartAt: 'Big',
            States: { Big: { ...catching, Next: 'Done' }, Done: { Type: 'Pass', Result: 1, End: true } },
          },
        },
        functions: { big: () => over },
      },
      'y'.repeat(100_000),
    );
    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });

  it('lets a Catch that names States.DataLimitExceeded have it', async () => {
    const Catch = [{ ErrorEquals: ['States.DataLimitExceeded'], Next: 'Done' }];
    const { output } = await run({
      standard: {
        Big: {
          StartAt: 'Big',
          States: { Big: invoke('big', { Next: 'Done', Catch }), Done: { Type: 'Pass', End: true } },
        },
      },
      functions: { big: () => over },
    });
    expect(output).toMatchObject({ Error: 'States.DataLimitExceeded' });
  });
});

describe('the context object', () => {
  it('says the same inside an inline Map as outside of it', async () => {
    const fields = {
      'id.$': '$$.Execution.Id',
      'input.$': '$$.Execution.Input.a',
      'state.$': '$$.State.Name',
      'machine.$': '$$.StateMachine.Name',
    };
    const { output, execution } = await run(
      {
        standard: {
          Contexts: {
            StartAt: 'Outside',
            States: {
              Outside: {
                Type: 'Pass',
                Parameters: { ...fields, 'start.$': '$$.Execution.StartTime', 'entered.$': '$$.State.EnteredTime' },
                ResultPath: '$.outside',
                Next: 'Each',
              },
              Each: {
                Type: 'Map',
                ItemsPath: '$.a',
                ItemSelector: { 'index.$': '$$.Map.Item.Index', 'value.$': '$$.Map.Item.Value', 'all.$': '$.a' },
                ItemProcessor: single('Inside', { Type: 'Pass', Parameters: fields, ResultPath: '$.context' }),
                ResultPath: '$.inside',
                End: true,
              },
            },
          },
        },
      },
      { a: ['x', 'y'] },
    );
    const common = { id: execution.executionArn, input: ['x', 'y'], machine: 'Contexts' };
    expect(output.outside).toMatchObject({ ...common, state: 'Outside', start: execution.startDate?.toISOString() });
    expect(Date.parse(output.outside.entered)).toBeGreaterThanOrEqual(Date.parse(output.outside.start));
    expect(output.inside).toEqual(
      ['x', 'y'].map((value, index) => ({
        index,
        value,
        all: ['x', 'y'],
        context: { ...common, state: 'Inside' },
      })),
    );
  });
});

describe('what the interpreter misreads', () => {
  it('takes ResultPath "$" for the whole output and IsPresent false for absence', async () => {
    const { output } = await run(
      {
        standard: {
          Dialect: {
            StartAt: 'Replace',
            States: {
              Replace: { Type: 'Pass', Result: { b: 1 }, ResultPath: '$', Next: 'Absent?' },
              'Absent?': {
                Type: 'Choice',
                Choices: [{ Variable: '$.a', IsPresent: false, Next: 'Absent' }],
                Default: 'Present',
              },
              Absent: { Type: 'Pass', Parameters: { absent: true, 'b.$': '$.b' }, End: true },
              Present: { Type: 'Fail' },
            },
          },
        },
      },
      { a: 1 },
    );
    expect(output).toEqual({ absent: true, b: 1 });
  });

  it('lets a task without TimeoutSeconds run for longer than a minute', async () => {
    const { stepFunctions } = await startStepFunctions({
      standard: { Long: single('Long', invoke('long')) },
      functions: { long: () => new Promise((resolve) => setTimeout(resolve, 3_600_000, 'done')) },
    });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { executionArn = '' } = stepFunctions.startExecution({ stateMachineArn: machineArn('Long') });
    await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(1));
    await nextTurn();
    await vi.advanceTimersByTimeAsync(3_600_000);
    await nextTurn();
    expect(stepFunctions.describeExecution({ executionArn })).toMatchObject({ status: 'SUCCEEDED', output: '"done"' });
  });
});

describe('a definition that cannot be emulated', () => {
  it.each([
    [
      'an unknown integration',
      single('Ask', { Type: 'Task', Resource: 'arn:aws:states:::dynamodb:getItem', Parameters: {} }),
      /"Ask" uses arn:aws:states:::dynamodb:getItem, which is not emulated/,
    ],
    [
      'a task token',
      single('Ask', { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken', Parameters: {} }),
      /waitForTaskToken, which is not emulated/,
    ],
    ['a missing state', { StartAt: 'Nowhere', States: { Here: { Type: 'Succeed' } } }, /State machine Bad is invalid/],
    ['JSONata', { QueryLanguage: 'JSONata', ...single('Here', { Type: 'Pass' }) }, /JSONata/],
  ])('is refused at creation: %s', async (_, definition, message) => {
    await expect(startStepFunctions({ standard: { Bad: definition } })).rejects.toThrow(message);
  });
});
