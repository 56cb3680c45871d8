import { ListExecutionsCommand, StartExecutionCommand, StartSyncExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { startStepFunctions } from '../../../support/step-functions.ts';
import { invoke, machineArn, single } from '../../../support/step-functions-definitions.ts';

const stateMachineArn = machineArn('Machine');

describe('an Express state machine', () => {
  const express = { express: { Machine: single('Work', invoke('work')) } };
  it('answers StartSyncExecution with the output', async () => {
    const { client } = await startStepFunctions({ ...express, functions: { work: (n: number) => n + 1 } });
    const result = await client.send(new StartSyncExecutionCommand({ stateMachineArn, input: '1', name: 'sync' }));
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: '2', name: 'sync' });
    expect(result.executionArn).toMatch(/:express:Machine:sync:[0-9a-f-]{36}$/);
  });

  it('answers StartSyncExecution with the error', async () => {
    const { client } = await startStepFunctions({
      ...express,
      functions: {
        work: () => {
          throw new TypeError('no');
        },
      },
    });
    const result = await client.send(new StartSyncExecutionCommand({ stateMachineArn }));
    expect(result).toMatchObject({
      status: 'FAILED',
      error: 'TypeError',
      cause: expect.stringContaining('"errorMessage":"no"'),
    });
  });

  it('times out', async () => {
    const machine = { TimeoutSeconds: 1, ...single('Wait', { Type: 'Wait', Seconds: 3600 }) };
    const { client } = await startStepFunctions({ express: { Machine: machine } });
    const result = await client.send(new StartSyncExecutionCommand({ stateMachineArn }));
    expect(result).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout' });
  });

  it('runs what StartExecution starts, and lists nothing', async () => {
    const inputs: unknown[] = [];
    const { client } = await startStepFunctions({
      ...express,
      functions: { work: (input: unknown) => inputs.push(input) },
    });
    await client.send(new StartExecutionCommand({ stateMachineArn, input: '"x"' }));
    await expect.poll(() => inputs).toEqual(['x']);
    const list = client.send(new ListExecutionsCommand({ stateMachineArn }));
    await expect(list).rejects.toMatchObject({ name: 'StateMachineTypeNotSupported' });
  });
});
