import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { expect, it, onTestFinished } from 'vitest';
import { initialPassword } from '../../../local/postgres/server.ts';
import { startSupervisedPostgres } from '../../../local/postgres/supervised.ts';

/** A server of the test's own, and how to kill it. */
async function start(pauses: readonly number[]) {
  const folder = await mkdtemp(join(tmpdir(), 'supplier-import-supervised-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const directory = join(folder, 'postgres');
  const failed = Promise.withResolvers<Error>();
  const lines: string[] = [];
  const server = await startSupervisedPostgres(directory, {
    onLog: (line) => lines.push(line),
    onFailure: failed.resolve,
    pauses,
  });
  onTestFinished(server.stop);
  const kill = async () => {
    const [pid] = (await readFile(join(directory, 'postmaster.pid'), 'utf8')).split('\n');
    process.kill(Number(pid), 'SIGKILL');
  };
  const ask = async () => {
    const client = postgres(server.url('postgres', initialPassword), { max: 1, connect_timeout: 5 });
    try {
      return (await client`select 1 as one`)[0]?.one;
    } finally {
      await client.end();
    }
  };
  return { server, lines, failed: failed.promise, kill, ask };
}

it('starts a server again that was killed, under the same address, as often as that happens', async () => {
  const { lines, kill, ask } = await start([0.1, 0.1, 0.5, 1, 2, 4]);
  for (let killed = 1; killed <= 2; killed += 1) {
    await kill();
    await expect.poll(() => lines.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(killed);
    await expect.poll(() => ask().catch(() => 0), { timeout: 30_000 }).toBe(1);
  }
  expect(lines[0]).toMatch(/^PostgreSQL ended by itself and is started again in 0.1 s: /);
});

it('gives a server up that does not stay, in one line', async () => {
  const { kill, failed } = await start([]);
  await kill();
  const { message } = await failed;
  expect(message).toMatch(/^PostgreSQL ended 1 times in a row: .+$/);
});

it('starts nothing again that was stopped', async () => {
  const { server, lines, ask } = await start([0.1]);
  await server.stop();
  expect(lines).toEqual([]);
  await expect(ask()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
