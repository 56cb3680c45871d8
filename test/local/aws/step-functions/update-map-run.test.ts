import { DescribeMapRunCommand, ListMapRunsCommand, UpdateMapRunCommand } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { distributedMap, numbers, start } from '../../../support/distributed-map.ts';
import { ended, startStepFunctions } from '../../../support/step-functions.ts';
import { single } from '../../../support/step-functions-definitions.ts';

/** A run of 12 items over a function that ends an invocation when the test says so. */
async function startHeldRun(fields: object) {
  const waiting: ((fail: boolean) => void)[] = [];
  const work = () =>
    new Promise<number>((resolve, reject) => {
      waiting.push((fail) => (fail ? reject(new Error('no')) : resolve(1)));
    });
  const { client } = await startStepFunctions({
    standard: { Each: single('Each', distributedMap({ ItemsPath: '$.list', ...fields })) },
    functions: { work },
  });
  const executionArn = await start(client, { list: numbers(12) });
  await expect.poll(() => waiting.length).toBeGreaterThan(0);
  const { mapRuns = [] } = await client.send(new ListMapRunsCommand({ executionArn }));
  const mapRunArn = mapRuns[0]?.mapRunArn;
  const update = (limits: object) => client.send(new UpdateMapRunCommand({ mapRunArn, ...limits }));
  const describeRun = () => client.send(new DescribeMapRunCommand({ mapRunArn }));
  /** Ends the invocations that wait. */
  const endAll = (fail = false) => {
    for (const end of waiting.splice(0)) end(fail);
  };
  return { client, executionArn, waiting, update, describeRun, endAll };
}

describe('UpdateMapRun', () => {
  it('has more children run at once, and fewer, while the Map Run runs', async () => {
    const { client, executionArn, waiting, update, describeRun, endAll } = await startHeldRun({ MaxConcurrency: 2 });
    await expect.poll(() => waiting.length).toBe(2);
    expect(await update({ maxConcurrency: 6 })).not.toHaveProperty('maxConcurrency');
    await expect.poll(() => waiting.length).toBe(6);
    await update({ maxConcurrency: 1 });
    endAll();
    await expect.poll(() => waiting.length).toBe(1);
    expect(await describeRun()).toMatchObject({
      maxConcurrency: 1,
      itemCounts: { succeeded: 6, running: 1, pending: 5 },
    });
    // 0: as many as there are.
    await update({ maxConcurrency: 0 });
    await expect.poll(() => waiting.length).toBe(6);
    endAll();
    expect(await ended(client, executionArn)).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('tolerates failures that the state does not', async () => {
    const { client, executionArn, waiting, update, endAll } = await startHeldRun({});
    await expect.poll(() => waiting.length).toBe(12);
    await update({ toleratedFailureCount: 12 });
    endAll(true);
    expect(await ended(client, executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '[]' });
  });

  it('ends a run with more failures than are tolerated from now on', async () => {
    const { client, executionArn, waiting, update, endAll, describeRun } = await startHeldRun({
      MaxConcurrency: 2,
      ToleratedFailurePercentage: 100,
    });
    await expect.poll(() => waiting.length).toBe(2);
    endAll(true);
    await expect.poll(() => waiting.length).toBe(2);
    await update({ toleratedFailurePercentage: 10 });
    expect(await ended(client, executionArn)).toMatchObject({ error: 'States.ExceedToleratedFailureThreshold' });
    expect(await describeRun()).toMatchObject({ status: 'FAILED', toleratedFailurePercentage: 10 });
  });

  it('refuses what changes nothing, no known Map Run, and one that has ended', async () => {
    const { client, executionArn, waiting, update, endAll } = await startHeldRun({});
    await expect(update({})).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(update({ maxConcurrency: -1 })).rejects.toMatchObject({ name: 'ValidationException' });
    const unknown = update({
      mapRunArn: 'arn:aws:states:us-east-1:000000000000:mapRun:Each/Items:x',
      maxConcurrency: 1,
    });
    await expect(unknown).rejects.toMatchObject({ name: 'ResourceNotFound' });
    await expect.poll(() => waiting.length).toBe(12);
    endAll();
    await ended(client, executionArn);
    await expect(update({ maxConcurrency: 1 })).rejects.toMatchObject({ name: 'ValidationException' });
  });
});
