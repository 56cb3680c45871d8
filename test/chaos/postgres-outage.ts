import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Ends the PostgreSQL server over a data directory as an operator would, if one runs; resolves when it is gone. */
export async function stopPostgres(directory: string): Promise<void> {
  const pidFile = join(directory, 'postmaster.pid');
  const [pid] = (await readFile(pidFile, 'utf8').catch(() => '')).split('\n');
  // One that is starting has not written it yet; 0 would be our own process group.
  if (!(Number(pid) > 0)) return;
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

/** Stops the server, and whichever the stack starts in its place, until `until` is done. */
export async function keepStopped(directory: string, until: Promise<unknown>): Promise<void> {
  let over = false;
  const ended = until.finally(() => {
    over = true;
  });
  while (!over) {
    await stopPostgres(directory);
    await Promise.race([ended, sleep(50)]);
  }
  await ended;
}
