import { ListExecutionsCommand, ListMapRunsCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { jsonLines, mapRunOf, readLines, start } from '../../../support/distributed-map.ts';
import { ended, historyOf, startStepFunctions, startStorage } from '../../../support/step-functions.ts';
import { invoke, single } from '../../../support/step-functions-definitions.ts';

const distributed = (label: string, executionType: 'STANDARD' | 'EXPRESS', processor: object, fields: object) => ({
  Type: 'Map',
  Label: label,
  ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: executionType }, ...processor },
  ...fields,
});

/** Each child takes what is owed to its host, converts it, and takes again until nothing is. */
const host = {
  StartAt: 'Take',
  States: {
    Take: invoke('take', { Next: 'Anything owed?' }),
    'Anything owed?': {
      Type: 'Choice',
      Choices: [
        { Variable: '$.wait', IsPresent: true, Next: 'Hold' },
        { Variable: '$.key', IsPresent: true, Next: 'Convert host' },
      ],
      Default: 'Done',
    },
    Hold: { Type: 'Wait', SecondsPath: '$.wait', Next: 'Take' },
    'Convert host': distributed(
      'ConvertHost',
      'EXPRESS',
      single('Each image', {
        Type: 'Map',
        ItemsPath: '$.images',
        ItemProcessor: single('Convert', invoke('convert')),
      }),
      { ItemReader: readLines, MaxConcurrencyPath: '$.lanes', ResultPath: null, Next: 'Take' },
    ),
    Done: { Type: 'Succeed' },
  },
};

const hosts = single('Hosts', distributed('Hosts', 'STANDARD', host, { ItemReader: readLines, MaxConcurrency: 20 }));

/** Hosts `a` and `b`: each has a take on hold, then two takes of batches, then none. */
async function convertHosts(convert: (image: string) => unknown) {
  const storage = await startStorage();
  await storage.put('hosts', jsonLines([{ host: 'a' }, { host: 'b' }]));
  const batch = (name: string) => ({ images: [`${name}1`, `${name}2`] });
  const takes = new Map<string, number>();
  const stack = await startStepFunctions({
    standard: { Each: hosts },
    s3: storage.s3,
    functions: {
      take: async (input: { host: string }) => {
        const n = takes.get(input.host) ?? 0;
        takes.set(input.host, n + 1);
        if (n === 0) return { host: input.host, wait: 0 };
        if (n === 3) return { host: input.host };
        const key = `${input.host}-${n}`;
        await storage.put(key, jsonLines(['x', 'y', 'z'].map((letter) => batch(`${key}-${letter}-`))));
        return { host: input.host, key, lanes: n };
      },
      convert,
    },
  });
  return { ...stack, executionArn: await start(stack.client, { key: 'hosts' }) };
}

describe('a Distributed Map within the Standard children of another', () => {
  it('reads, fans out and loops in every child by itself', async () => {
    const converted: string[] = [];
    const running = new Map<string, number>();
    const most = new Map<string, number>();
    const { client, executionArn } = await convertHosts(async (image) => {
      const take = image.slice(0, 3);
      running.set(take, (running.get(take) ?? 0) + 1);
      most.set(take, Math.max(most.get(take) ?? 0, running.get(take) ?? 0));
      await new Promise((resolve) => setTimeout(resolve, 5));
      running.set(take, (running.get(take) ?? 0) - 1);
      converted.push(image);
    });
    expect(await ended(client, executionArn)).toMatchObject({ status: 'SUCCEEDED' });
    expect(new Set(converted).size).toBe(24);
    expect(converted).toHaveLength(24);
    // Two images a batch, as many batches at once as the path says.
    expect(Object.fromEntries(most)).toEqual({ 'a-1': 2, 'a-2': 4, 'b-1': 2, 'b-2': 4 });
  });

  it('has Map Runs of the child execution, listed by its ARN', async () => {
    const { client, executionArn } = await convertHosts(() => 1);
    await ended(client, executionArn);
    const outer = await mapRunOf(client, executionArn);
    expect(outer).toMatchObject({ maxConcurrency: 20, itemCounts: { total: 2, succeeded: 2 } });
    const { executions = [] } = await client.send(new ListExecutionsCommand({ mapRunArn: outer.mapRunArn }));
    expect(executions).toHaveLength(2);
    for (const { executionArn: child } of executions) {
      const { mapRuns = [] } = await client.send(new ListMapRunsCommand({ executionArn: child }));
      expect(mapRuns).toHaveLength(2);
      expect(mapRuns[0]).toMatchObject({
        executionArn: child,
        mapRunArn: expect.stringMatching(/:mapRun:Each\/ConvertHost:/),
        stateMachineArn: expect.stringMatching(/:stateMachine:Each\/ConvertHost$/),
      });
      expect(await mapRunOf(client, child)).toMatchObject({ maxConcurrency: 2, itemCounts: { succeeded: 3 } });
      const types = (await historyOf(client, child)).map(({ type }) => type);
      expect(types.filter((type) => type === 'MapRunSucceeded')).toHaveLength(2);
      expect(types.filter((type) => type === 'WaitStateExited')).toHaveLength(1);
    }
  });

  it('ends with the outermost execution', async () => {
    const { promise: begun, resolve } = Promise.withResolvers<void>();
    const { client, executionArn } = await convertHosts(() => {
      resolve();
      return new Promise(() => {});
    });
    await begun;
    const outer = await mapRunOf(client, executionArn);
    await client.send(new StopExecutionCommand({ executionArn }));
    await expect.poll(() => mapRunOf(client, executionArn)).toMatchObject({ status: 'ABORTED' });
    const { executions = [] } = await client.send(new ListExecutionsCommand({ mapRunArn: outer.mapRunArn }));
    expect(executions.map(({ status }) => status)).toEqual(['ABORTED', 'ABORTED']);
    for (const { executionArn: child } of executions) {
      const { mapRuns = [] } = await client.send(new ListMapRunsCommand({ executionArn: child }));
      if (mapRuns.length > 0) expect(await mapRunOf(client, child)).toMatchObject({ status: 'ABORTED' });
    }
  });
});

describe('a definition', () => {
  const inner = (label: string) => single('Inner', distributed(label, 'EXPRESS', single('Work', { Type: 'Pass' }), {}));
  it.each([
    ['in Express children', single('Outer', distributed('Outer', 'EXPRESS', inner('Inner'), {})), /EXPRESS cannot run/],
    ['with its Label', single('Outer', distributed('Same', 'STANDARD', inner('Same'), {})), /Label Same of another/],
  ])('with a Distributed Map within another %s is refused', async (_, definition, message) => {
    await expect(startStepFunctions({ standard: { Each: definition } })).rejects.toThrow(message);
  });

  it('of an Express machine with a Distributed Map is refused', async () => {
    await expect(startStepFunctions({ express: { Each: inner('Inner') } })).rejects.toThrow(/EXPRESS cannot run/);
  });
});
