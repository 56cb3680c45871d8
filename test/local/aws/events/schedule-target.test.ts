import { describe, expect, it } from 'vitest';
import { scheduledCall } from '../../../../local/aws/events/schedule-target.ts';
import { functionArn, machineArn } from '../../../support/step-functions-definitions.ts';

const startExecution = 'arn:aws:scheduler:::aws-sdk:sfn:startExecution';
const request = (fields: object) => JSON.stringify({ StateMachineArn: machineArn('Sweep'), ...fields });

describe('the target of a schedule', () => {
  it.each([
    [
      'a function',
      { arn: `${functionArn('sweep')}:live`, input: '{"a":1}' },
      { kind: 'function', functionArn: `${functionArn('sweep')}:live`, payload: { a: 1 } },
    ],
    ['a function without input', { arn: functionArn('sweep') }, { payload: {} }],
    [
      'a state machine',
      { arn: machineArn('Sweep'), input: '{"a":1}' },
      { kind: 'execution', stateMachineArn: machineArn('Sweep'), input: '{"a":1}' },
    ],
    ['a state machine without input', { arn: machineArn('Sweep') }, { input: '{}' }],
    [
      'StartExecution',
      { arn: startExecution, input: request({ Name: 'one', Input: '{"a":1}' }) },
      { kind: 'execution', stateMachineArn: machineArn('Sweep'), name: 'one', input: '{"a":1}' },
    ],
    ['StartExecution without input', { arn: startExecution, input: request({}) }, { input: '{}' }],
  ])('is %s', (_, target, call) => {
    expect(scheduledCall(target)).toMatchObject(call);
  });

  it.each([
    ['of another service', { arn: 'arn:aws:sqs:us-east-1:000000000000:queue' }],
    ['another call', { arn: 'arn:aws:scheduler:::aws-sdk:sqs:sendMessage', input: '{}' }],
    ['StartExecution of nothing', { arn: startExecution, input: '{"Input":"{}"}' }],
    ['StartExecution with what is not emulated', { arn: startExecution, input: request({ TraceHeader: 'x' }) }],
    ['with context attributes', { arn: machineArn('Sweep'), input: '{"at":"<aws.scheduler.scheduled-time>"}' }],
  ])('is refused where it is %s', (_, target) => {
    expect(() => scheduledCall(target)).toThrow(expect.objectContaining({ name: 'UnsupportedTarget' }));
  });
});
