import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { startSchedules } from '../../local/event-sources.ts';
import { startStepFunctions } from '../support/step-functions.ts';
import { functionArn, machineArn, single } from '../support/step-functions-definitions.ts';

const hour = 3_600_000;

afterEach(() => vi.useRealTimers());

async function start(target: { arn: string; input?: string }) {
  const { stepFunctions } = await startStepFunctions({ standard: { Sweep: single('Echo', { Type: 'Pass' }) } });
  const invoked: unknown[] = [];
  const errors: string[] = [];
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const schedule = { logicalId: 'A', name: 'Sweeps', expression: 'rate(2 hours)', enabled: true };
  const stop = startSchedules(
    [
      { ...schedule, target: { input: undefined, deadLetterArn: undefined, ...target } },
      {
        ...schedule,
        enabled: false,
        target: { arn: functionArn('disabled'), input: undefined, deadLetterArn: undefined },
      },
    ],
    {
      invoke: ({ functionArn, payload }) => invoked.push([functionArn, payload]),
      startExecution: stepFunctions.startExecution,
      onError: (message) => errors.push(message),
    },
  );
  onTestFinished(stop);
  return { stepFunctions, invoked, errors };
}

it('a schedule starts an execution of a state machine each time it is due', async () => {
  const { stepFunctions, errors } = await start({ arn: machineArn('Sweep'), input: '{"due":0}' });
  await vi.advanceTimersByTimeAsync(5 * hour);
  const { executions = [] } = stepFunctions.listExecutions({ stateMachineArn: machineArn('Sweep') });
  expect(executions).toHaveLength(2);
  const { input } = stepFunctions.describeExecution({ executionArn: executions[0]?.executionArn ?? '' });
  expect(input).toBe('{"due":0}');
  expect(errors).toEqual([]);
});

it('a schedule invokes a function', async () => {
  const { invoked } = await start({ arn: functionArn('sweep'), input: '{"a":1}' });
  await vi.advanceTimersByTimeAsync(3 * hour);
  expect(invoked).toEqual([[functionArn('sweep'), { a: 1 }]]);
});

it('an execution that cannot be started is reported, and the schedule goes on', async () => {
  const { errors } = await start({ arn: machineArn('Gone') });
  await vi.advanceTimersByTimeAsync(5 * hour);
  expect(errors).toHaveLength(2);
  expect(errors[0]).toContain('The schedule Sweeps');
});
