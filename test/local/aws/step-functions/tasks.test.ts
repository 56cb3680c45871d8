import { describe, expect, it } from 'vitest';
import { runStandard } from '../../../support/step-functions.ts';
import { functionArn, invoke, single } from '../../../support/step-functions-definitions.ts';

const named = (name: string, message: string) => Object.assign(new Error(message), { name });

describe('a Task that invokes a function', () => {
  it('gives the result that lambda:invoke gives', async () => {
    const { output } = await runStandard(
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
      await runStandard({
        standard: { Where: single('Where', invoke('', { Parameters: { FunctionName } })) },
        invokeFunction: async (arn) => arns.push(arn),
      });
      expect(arns).toEqual([functionArn('where')]);
    },
  );

  it("hands a function's error to Catch as AWS does", async () => {
    const { output } = await runStandard(
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
            throw Object.assign(named('Refused', 'no header'), { trace: ['Refused: no header', '    at parse'] });
          },
        },
      },
      { a: 1 },
    );
    const trace = '["Refused: no header","    at parse"]';
    expect(output).toEqual({
      a: 1,
      error: { Error: 'Refused', Cause: `{"errorType":"Refused","errorMessage":"no header","trace":${trace}}` },
    });
  });

  it('retries the errors that Retry names and no others', async () => {
    const errors = ['DatabaseUnavailable', 'DatabaseUnavailable', 'Refused'];
    let calls = 0;
    const retry = [{ ErrorEquals: ['DatabaseUnavailable'], IntervalSeconds: 0, MaxAttempts: 5 }];
    const { execution, history } = await runStandard({
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
    const { execution, history } = await runStandard({
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
    const { output, execution } = await runStandard(
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
    const Resources = [execution.executionArn, 'arn:aws:states:us-east-1:000000000000:stateMachine:Tell'];
    expect(sent).toEqual([{ Source: 'test', DetailType: 'Done', Detail: { a: 1 }, Resources }]);
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
    const { execution } = await runStandard(
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
    const { output } = await runStandard({
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
