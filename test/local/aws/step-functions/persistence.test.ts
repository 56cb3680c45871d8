import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { expect, it } from 'vitest';
import { ended, historyOf, startStepFunctions, temporaryDirectory } from '../../../support/step-functions.ts';
import { machineArn, single } from '../../../support/step-functions-definitions.ts';

const echo = { standard: { Loop: single('Echo', { Type: 'Pass' }) } };
const stateMachineArn = machineArn('Loop');

it('keeps executions, their histories and their names over a restart', async () => {
  const store = await temporaryDirectory();
  const first = await startStepFunctions({ ...echo, store });
  const start = new StartExecutionCommand({ stateMachineArn, name: 'one', input: '{"a":1}' });
  const { executionArn } = await first.client.send(start);
  const execution = await ended(first.client, executionArn);
  const history = await historyOf(first.client, executionArn);
  await first.stepFunctions.close();

  const { client, stepFunctions } = await startStepFunctions({ ...echo, store });
  expect(stepFunctions.interrupted).toEqual([]);
  const { $metadata: _, ...described } = await client.send(new DescribeExecutionCommand({ executionArn }));
  expect(execution).toMatchObject(described);
  expect(await historyOf(client, executionArn)).toEqual(history);
  await expect(client.send(start)).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
});

it.skipIf(process.platform === 'win32')('says which file it could not write, and why', async () => {
  const store = await temporaryDirectory();
  const write = `const { openStore } = await import('./local/aws/step-functions/executions/store.ts');
    const { saveExecution, flush } = openStore(process.argv[1]);
    try {
      for (let number = 0; number < 500; number += 1) {
        saveExecution({ arn: String(number), stateMachineArn: 'm', mapRunArn: null, name: 'n', status: 'RUNNING',
          input: 'x'.repeat(5000), output: null, error: null, cause: null, startDate: 1, stopDate: null, itemCount: null,
          redriveCount: 0, redriveDate: null });
        flush();
      }
    } catch (error) {
      console.log(error.message);
    }`;
  // Files of 400 blocks at most.
  const child = spawn('sh', ['-c', 'ulimit -f 400; exec "$@"', '', process.execPath, '-e', write, '--', store]);
  let output = '';
  child.stdout.on('data', (data) => {
    output += data;
  });
  await once(child, 'close');
  const [file, why] = output.split('executions.sqlite: ');
  expect(file).toBe(`Cannot write ${join(store, '/')}`);
  expect(why).toMatch(/^(disk I\/O error|database or disk is full)\n$/);
});

it('finds an execution that ran when it was closed, and aborts it', async () => {
  const store = await temporaryDirectory();
  const wait = { standard: { Loop: single('Wait', { Type: 'Wait', Seconds: 3600 }) } };
  const first = await startStepFunctions({ ...wait, store });
  const { executionArn } = await first.client.send(new StartExecutionCommand({ stateMachineArn, input: '{"a":1}' }));
  await first.stepFunctions.close();

  const { client, stepFunctions } = await startStepFunctions({ ...wait, store });
  expect(stepFunctions.interrupted).toMatchObject([
    { executionArn, status: 'ABORTED', input: '{"a":1}', stopDate: expect.any(Date), cause: expect.any(String) },
  ]);
  expect((await client.send(new DescribeExecutionCommand({ executionArn }))).status).toBe('ABORTED');
  const history = await historyOf(client, executionArn);
  expect(history.map(({ type }) => type)).toEqual(['ExecutionStarted', 'WaitStateEntered', 'ExecutionAborted']);
  expect(history.at(-1)).toMatchObject({ id: 3, previousEventId: 2 });
});

it.each([0, 37, 90])('has a readable store after kill -9 at any moment: %d ms after a start', async (delay) => {
  const store = await temporaryDirectory();
  const child = spawn(process.execPath, [join(import.meta.dirname, 'process-to-kill.ts'), store], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const crashed = once(child, 'exit').then(([code]) => {
    throw new Error(`the process ended with ${code} before it was killed`);
  });
  await Promise.race([once(child.stdout, 'data'), crashed]);
  await new Promise((resolve) => setTimeout(resolve, delay));
  child.kill('SIGKILL');
  await expect(crashed).rejects.toThrow('ended with null');

  const { stepFunctions, client } = await startStepFunctions({ ...echo, store });
  expect(stepFunctions.interrupted).toMatchObject([{ name: 'looping', status: 'ABORTED' }]);
  const executionArn = stepFunctions.interrupted[0]?.executionArn ?? '';
  const history = await historyOf(client, executionArn);
  expect(history.map(({ id }) => id)).toEqual(history.map((_, index) => index + 1));
  expect(history.at(-1)?.type).toBe('ExecutionAborted');
  for (const { mapRunArn = '' } of stepFunctions.listMapRuns({ executionArn }).mapRuns ?? []) {
    expect(stepFunctions.describeMapRun({ mapRunArn })).toMatchObject({ itemCounts: { running: 0, pending: 0 } });
    expect(stepFunctions.listExecutions({ mapRunArn, statusFilter: 'RUNNING' }).executions).toEqual([]);
  }
});
