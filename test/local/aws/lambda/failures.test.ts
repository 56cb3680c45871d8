import { describe, expect, it } from 'vitest';
import { startFunctions } from './bundles.ts';

/** Each does what the event asks for, and counts the events its environment has seen. */
const troubled = `
  let seen = 0;
  export const handler = async ({ trouble }) => {
    seen += 1;
    if (trouble === 'hang') await new Promise(() => setInterval(() => {}, 1000));
    if (trouble === 'loop') for (;;);
    if (trouble === 'exit') process.exit(3);
    if (trouble === 'memory') { const held = []; for (;;) held.push(new Array(100_000).fill(seen)); }
    if (trouble === 'reject') { Promise.reject(new Error('nobody listens')); await new Promise((r) => setTimeout(r, 5000)); }
    if (trouble === 'throw later') { setTimeout(() => { throw new RangeError('too late'); }); await new Promise((r) => setTimeout(r, 5000)); }
    return seen;
  };`;

describe('a broken environment', () => {
  it.each([
    ['hang', 'Sandbox.Timedout', /^RequestId: [0-9a-f-]{36} Error: Task timed out after 1\.00 seconds$/],
    ['loop', 'Sandbox.Timedout', /Task timed out after 1\.00 seconds/],
    ['exit', 'Runtime.ExitError', /^RequestId: [0-9a-f-]{36} Error: Runtime exited with error: exit status 3$/],
    ['memory', 'Runtime.OutOfMemory', /signal: killed/],
    ['reject', 'Runtime.UnhandledPromiseRejection', /nobody listens/],
    ['throw later', 'RangeError', /too late/],
  ])('fails one invocation alone: %s', async (trouble, name, message) => {
    const settings = { timeoutSeconds: trouble === 'memory' ? 60 : 1, memoryMegabytes: 64 };
    const functions = await startFunctions({ troubled: { source: troubled, ...settings } }, { maxWorkers: 1 });
    expect(await functions.invoke('troubled', {})).toBe(1);
    const broken = functions.invoke('troubled', { trouble });
    const queued = functions.invoke('troubled', {});
    await expect(broken).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
    // The next event, which waited for the same thread, gets a fresh environment.
    expect(await queued).toBe(1);
  });
});

describe('a timeout in the middle of native work', () => {
  it('ends one conversion and leaves the others alone', async () => {
    const sharp = import.meta.resolve('sharp');
    const source = `
      import sharp from '${sharp}';
      export const handler = async ({ side }) => {
        const create = { width: side, height: side, channels: 3, background: 'red', noise: { type: 'gaussian', mean: 128, sigma: 30 } };
        return (await sharp({ create }).webp({ effort: 6 }).toBuffer()).length;
      };`;
    const functions = await startFunctions({ convert: { source, timeoutSeconds: 1, reservedConcurrency: 2 } });
    const slow = functions.invoke('convert', { side: 12_000 });
    const fast = functions.invoke('convert', { side: 16 });
    await expect(slow).rejects.toMatchObject({ name: 'Sandbox.Timedout' });
    expect(await fast).toBeGreaterThan(0);
    expect(await functions.invoke('convert', { side: 16 })).toBeGreaterThan(0);
  });
});

describe('an error of the handler', () => {
  it('comes out under its own name with message and trace', async () => {
    const source = `
      class UnsupportedFileType extends Error { name = 'UnsupportedFileType' }
      export const handler = async () => { throw new UnsupportedFileType('a .pdf') };`;
    const functions = await startFunctions({ refuse: source });
    await expect(functions.invoke('refuse', {})).rejects.toMatchObject({
      name: 'UnsupportedFileType',
      message: 'a .pdf',
      trace: expect.arrayContaining([expect.stringContaining('refuse.mjs')]),
    });
  });

  it('keeps the environment warm', async () => {
    const source =
      'let n = 0; export const handler = async () => { if (++n === 1) throw new Error("first"); return n; };';
    const functions = await startFunctions({ once: source });
    await expect(functions.invoke('once', {})).rejects.toThrow('first');
    expect(await functions.invoke('once', {})).toBe(2);
  });

  it.each([
    ['does not parse', 'export const handler = (', 'Runtime.ImportModuleError'],
    ['throws while loading', 'throw new Error("no");', 'Runtime.ImportModuleError'],
    ['has no handler', 'export const other = 1;', 'Runtime.HandlerNotFound'],
  ])('names a bundle that %s', async (_, source, name) => {
    const functions = await startFunctions({ broken: source });
    await expect(functions.invoke('broken', {})).rejects.toMatchObject({ name });
  });
});

describe('the 6 MB limit', () => {
  it('holds for events and results', async () => {
    const functions = await startFunctions({ grow: 'export const handler = async ({ size }) => "x".repeat(size);' });
    await expect(functions.invoke('grow', 'x'.repeat(6_300_000))).rejects.toMatchObject({
      name: 'Lambda.RequestTooLargeException',
    });
    await expect(functions.invoke('grow', { size: 6_300_000 })).rejects.toMatchObject({
      name: 'Function.ResponseSizeTooLarge',
    });
    expect(await functions.invoke('grow', { size: 6_000_000 })).toHaveLength(6_000_000);
  });
});

describe('stopping', () => {
  const hang = { source: 'export const handler = () => new Promise(() => {});', timeoutSeconds: 60 };

  it('ends a running and a queued invocation when its signal is aborted', async () => {
    const functions = await startFunctions({ hang }, { maxWorkers: 1 });
    const stop = new AbortController();
    const running = functions.invoke('hang', {}, { signal: stop.signal });
    const queued = functions.invoke('hang', {}, { signal: stop.signal });
    stop.abort(new Error('stopped by a test'));
    await expect(running).rejects.toThrow('stopped by a test');
    await expect(queued).rejects.toThrow('stopped by a test');
  });

  it('ends everything on close', async () => {
    const functions = await startFunctions({ hang }, { maxWorkers: 1 });
    const pending = [functions.invoke('hang', {}), functions.invoke('hang', {})];
    const outcomes = Promise.allSettled(pending);
    await functions.close();
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(functions.invoke('hang', {})).rejects.toThrow('closed');
  });
});
