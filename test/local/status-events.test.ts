import { expect, it } from 'vitest';
import type { EventEntry, ExecutionStatusChange } from '../../local/aws/step-functions/index.ts';
import { putEvent, statusChangeEvent } from '../../local/status-events.ts';
import { runStandard } from '../support/step-functions.ts';
import { machineArn, single } from '../support/step-functions-definitions.ts';

const place = { account: '000000000000', region: 'us-east-1' };

it('a status change names the execution among its resources, and tells dates in milliseconds', async () => {
  const changes: ExecutionStatusChange[] = [];
  const machine = single('Echo', { Type: 'Pass' });
  const { execution } = await runStandard({
    standard: { Machine: machine },
    onExecutionStatusChange: (change) => changes.push(change),
  });
  const [started, ended] = changes.map((change) => statusChangeEvent(change, place));
  const common = {
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    resources: [execution.executionArn],
  };
  expect(started).toMatchObject({ ...common, detail: { status: 'RUNNING', stopDate: null } });
  expect(ended).toMatchObject({
    ...common,
    detail: {
      executionArn: execution.executionArn,
      stateMachineArn: machineArn('Machine'),
      status: 'SUCCEEDED',
      startDate: execution.startDate?.getTime(),
      stopDate: execution.stopDate?.getTime(),
      input: '{}',
      output: '{}',
      inputDetails: { included: true },
      outputDetails: { included: true },
    },
  });
});

it('an event that a state machine puts names execution and machine among its resources', async () => {
  const entries: EventEntry[] = [];
  const entry = { Source: 'test', DetailType: 'Done', Detail: { a: 1 }, Resources: ['arn:of:import'] };
  const task = { Type: 'Task', Resource: 'arn:aws:states:::events:putEvents', Parameters: { Entries: [entry] } };
  const { execution } = await runStandard({
    standard: { Machine: single('Tell', task) },
    putEvents: async (put) => {
      entries.push(...put);
    },
  });
  expect(entries.map((put) => putEvent(put, place))).toMatchObject([
    { source: 'test', resources: ['arn:of:import', execution.executionArn, machineArn('Machine')], detail: { a: 1 } },
  ]);
});
