import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { runStandard, startStepFunctions } from '../../../support/step-functions.ts';
import { invoke, machineArn, single } from '../../../support/step-functions-definitions.ts';

describe('the context object', () => {
  it('says the same inside an inline Map as outside of it', async () => {
    const fields = {
      'id.$': '$$.Execution.Id',
      'input.$': '$$.Execution.Input.a',
      'state.$': '$$.State.Name',
      'machine.$': '$$.StateMachine.Name',
    };
    const { output, execution } = await runStandard(
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
    const { output } = await runStandard(
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
