import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Ends the PostgreSQL server over a data directory as an operator would, if one runs; resolves when it is gone. */
export async function stopPostgres(directory: string): Promise<void> {
  const pidFile = join(directory, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const [pid] = (await readFile(pidFile, 'utf8')).split('\n');
  try {
    // "Fast shutdown": sessions are cut off.
    process.kill(Number(pid), 'SIGINT');
  } catch {
    // It has ended by itself meanwhile, or was killed and left its file.
    return;
  }
  for (let waited = 0; existsSync(pidFile); waited += 50) {
    if (waited > 20_000) throw new Error(`PostgreSQL still serves ${directory}`);
    await sleep(50);
  }
}

/** Starts the server again as it was started last, on the same port; resolves when it takes connections. */
export async function restartPostgres(directory: string): Promise<ChildProcess> {
  // `…/postgres "-D" "…" "-p" "…"`, https://www.postgresql.org/docs/current/storage-file-layout.html
  const [program = '', ...args] = (await readFile(join(directory, 'postmaster.opts'), 'utf8')).trim().split(/\s+(?=")/);
  const { uid, gid } = await stat(directory);
  const server = spawn(
    program,
    args.map((arg) => arg.slice(1, -1)),
    { uid, gid, stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, LC_MESSAGES: 'C' } },
  );
  let log = '';
  while (!log.includes('ready to accept connections')) {
    const [data] = await Promise.race([once(server.stderr, 'data'), once(server, 'exit').then(() => [null])]);
    if (data === null) throw new Error(`PostgreSQL did not start again: ${log}`);
    log += data;
  }
  server.stderr.resume();
  return server;
}
