import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { functionArn, startFunctions } from './bundles.ts';

const echo = 'export const handler = async (event) => event;';

describe('an invocation', () => {
  it.each([
    ['its name', 'echo'],
    ['its ARN', functionArn('echo')],
    ['an ARN with an alias', `${functionArn('echo')}:live`],
  ])('finds the function by %s', async (_, name) => {
    const functions = await startFunctions({ echo });
    expect(await functions.invoke(name, { a: [1, null] })).toEqual({ a: [1, null] });
  });

  it('refuses a function it does not know', async () => {
    const functions = await startFunctions({ echo });
    await expect(functions.invoke('other', {})).rejects.toMatchObject({ name: 'Lambda.ResourceNotFoundException' });
  });

  it('passes events and results through JSON', async () => {
    const source = 'export const handler = async (event) => ({ seen: event.at, missing: undefined });';
    const functions = await startFunctions({ dates: source, nothing: 'export const handler = async () => {};' });
    expect(await functions.invoke('dates', { at: new Date(0) })).toStrictEqual({ seen: '1970-01-01T00:00:00.000Z' });
    expect(await functions.invoke('nothing', {})).toBeNull();
  });

  it('hands over a context with what AWS puts in it', async () => {
    const source = `export const handler = async (event, context) => ({
      ...context, remaining: context.getRemainingTimeInMillis() });`;
    const functions = await startFunctions({ look: { source, timeoutSeconds: 9, memoryMegabytes: 256 } });
    expect(await functions.invoke(`${functionArn('look')}:live`, {})).toMatchObject({
      functionName: 'look',
      invokedFunctionArn: `${functionArn('look')}:live`,
      memoryLimitInMB: '256',
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      remaining: expect.toSatisfy((milliseconds: number) => milliseconds > 0 && milliseconds <= 9000),
    });
  });

  it('sees its own environment and nothing of the stack', async () => {
    vi.stubEnv('SECRET_OF_THE_LAPTOP', 'x');
    const source = 'export const handler = async () => process.env;';
    const functions = await startFunctions({ look: { source, environment: { UPLOADS_BUCKET: 'uploads' } } });
    const environment = await functions.invoke('look', {});
    expect(environment).toMatchObject({
      UPLOADS_BUCKET: 'uploads',
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
    });
    expect(environment).not.toHaveProperty('SECRET_OF_THE_LAPTOP');
    vi.unstubAllEnvs();
  });

  it('takes NODE_OPTIONS as the template sets them', async () => {
    const environment = { NODE_OPTIONS: '--enable-source-maps', NODE_EXTRA_CA_CERTS: '/var/runtime/ca-cert.pem' };
    const functions = await startFunctions({ echo: { source: echo, environment } });
    expect(await functions.invoke('echo', 1)).toBe(1);
  });

  it('reuses a warm environment for the next event', async () => {
    const functions = await startFunctions({ count: 'let calls = 0; export const handler = async () => ++calls;' });
    expect(await functions.invoke('count', {})).toBe(1);
    expect(await functions.invoke('count', {})).toBe(2);
  });

  it('lets an idle environment go', async () => {
    const source = 'let calls = 0; export const handler = async () => ++calls;';
    const functions = await startFunctions({ count: source }, { idleMilliseconds: 20 });
    expect(await functions.invoke('count', {})).toBe(1);
    await vi.waitFor(async () => {
      await sleep(100);
      expect(await functions.invoke('count', {})).toBe(1);
    }, 10_000);
  });

  it('sends what the function prints to the log, line by line', async () => {
    const lines: string[] = [];
    const source = "export const handler = async () => { console.log('one\\ntwo'); console.error('three'); };";
    const functions = await startFunctions({ talk: source }, { onLog: (name, line) => lines.push(`${name}: ${line}`) });
    await functions.invoke('talk', {});
    await vi.waitFor(() => expect(lines.sort()).toEqual(['talk: one', 'talk: three', 'talk: two']));
  });
});

describe('concurrency', () => {
  it('runs events side by side, each in an environment of its own', async () => {
    // Each of the two waits until the other has left its mark.
    const source = `
      import { existsSync, writeFileSync } from 'node:fs';
      import { setTimeout as sleep } from 'node:timers/promises';
      export const handler = async ({ mine, other }) => {
        writeFileSync(new URL(mine, import.meta.url), '');
        while (!existsSync(new URL(other, import.meta.url))) await sleep(5);
        return 'met';
      };`;
    const functions = await startFunctions({ meet: { source, reservedConcurrency: 2 } });
    const both = ['a', 'b'].map((mine) => functions.invoke('meet', { mine, other: mine === 'a' ? 'b' : 'a' }));
    expect(await Promise.all(both)).toEqual(['met', 'met']);
  });

  /** `held` is done once `release` has run. */
  const held = `
    import { existsSync } from 'node:fs';
    import { setTimeout as sleep } from 'node:timers/promises';
    export const handler = async () => {
      while (!existsSync(new URL('go', import.meta.url))) await sleep(5);
      return 'done';
    };`;
  const release = `
    import { writeFileSync } from 'node:fs';
    export const handler = async () => writeFileSync(new URL('go', import.meta.url), '');`;

  it.each([
    ['runs', 4],
    ['waits for a thread', 1],
  ])('throttles at once what the reserved concurrency has no room for, and counts what %s', async (_, maxWorkers) => {
    const functions = await startFunctions({ held: { source: held, reservedConcurrency: 2 }, release }, { maxWorkers });
    const underWay = [functions.invoke('held', {}), functions.invoke('held', {})];
    const throttled = { name: 'Lambda.TooManyRequestsException', message: 'Rate Exceeded.' };
    await expect(functions.invoke('held', {})).rejects.toMatchObject(throttled);
    await functions.invoke('release', {});
    expect(await Promise.all(underWay)).toEqual(['done', 'done']);
    expect(await functions.invoke('held', {})).toBe('done');
  });

  it('never throttles a function without a reserved concurrency: it waits for a thread', async () => {
    const functions = await startFunctions({ echo }, { maxWorkers: 1 });
    const events = Array.from({ length: 20 }, (_, n) => n);
    expect(await Promise.all(events.map((n) => functions.invoke('echo', n)))).toEqual(events);
  });

  it('lets functions wait for each other without a deadlock', async () => {
    const functions = await startFunctions({ outer: echo, inner: echo }, { maxWorkers: 1 });
    const nested = [1, 2, 3].map(async (n) => functions.invoke('inner', await functions.invoke('outer', n)));
    expect(await Promise.all(nested)).toEqual([1, 2, 3]);
  });
});
