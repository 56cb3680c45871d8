import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { expect, it, onTestFinished } from 'vitest';
import { sweepToTheEnd } from '../../operate/executions/run-sweep.ts';
import { localTarget } from '../../operate/target/clients.ts';
import { readEndpoints } from '../../operate/target/endpoints.ts';
import { startCommand } from '../end-to-end/run-command.ts';

/** A start of the whole stack in a process of its own. */
const patience = 180_000;

async function stateFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'supplier-import-start-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const state = join(folder, 'state');
  await mkdir(state);
  return state;
}

const start = (state: string) => startCommand('local/start.ts', ['--state', state, '--port', '0', '--no-build'], '.');

it(
  'keeps what it writes to its owner, and outlives its database',
  async () => {
    const state = await stateFolder();
    const command = start(state);
    await command.waitFor('Ctrl-C stops');
    const files = ['endpoints.json', 'stack.log', 'step-functions/executions.sqlite', 'storage/fauxqs.db'];
    const modes = await Promise.all(files.map(async (file) => (await stat(join(state, file))).mode & 0o777));
    expect(modes).toEqual(files.map(() => 0o600));
    const endpoints = await readEndpoints(state);
    expect(command.output().stdout).not.toContain(new URL(endpoints.databaseUrl).password);

    const target = localTarget(endpoints);
    expect(await sweepToTheEnd(target)).toMatchObject({ queued: 0 });
    const [pid] = (await readFile(join(state, 'postgres/postmaster.pid'), 'utf8')).split('\n');
    process.kill(Number(pid), 'SIGKILL');
    expect(await sweepToTheEnd(target)).toMatchObject({ queued: 0 });
    expect(await readFile(join(state, 'stack.log'), 'utf8')).toContain('PostgreSQL ended by itself');
    command.process.kill('SIGINT');
    expect(await command.exited).toBe(0);
  },
  patience,
);

it.skipIf(!existsSync('/dev/full'))(
  'ends with one line where the disk is full',
  async () => {
    const state = await stateFolder();
    await symlink('/dev/full', join(state, 'stack.log'));
    const command = start(state);
    await command.waitFor('Ctrl-C stops');
    const { lambda } = localTarget(await readEndpoints(state));
    // What is no event fails, which is logged.
    await lambda.send(new InvokeCommand({ FunctionName: 'StartImport', Payload: '{}' })).catch(() => {});
    expect(await command.exited).toBe(1);
    expect(command.output().stderr).toBe(`error: Cannot write ${join(state, 'stack.log')}: the disk is full\n`);
  },
  patience,
);
