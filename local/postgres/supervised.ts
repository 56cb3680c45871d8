import { setTimeout as sleep } from 'node:timers/promises';
import { type PostgresServer, startPostgres } from './server.ts';

export type Supervision = {
  /** Lines on what happened to the server. */
  onLog: (line: string) => void;
  /** Called once, where the server does not stay up. */
  onFailure: (error: Error) => void;
  /** Seconds to wait before each new start in a row; after the last one the server is given up. */
  pauses?: readonly number[];
};

/** A minute in all: what passes by itself, such as a disk that was full for a moment, has passed. */
const defaultPauses = [0.5, 1, 2, 4, 8, 10, 10, 10, 10, 10];
/** A server that ran for so long did not fail for the reason that the last one did. */
const soundMilliseconds = 60_000;

/** Starts PostgreSQL as {@link startPostgres} does, and again on the same port whenever it ends without being asked to. */
export async function startSupervisedPostgres(
  directory: string,
  { onLog, onFailure, pauses = defaultPauses }: Supervision,
): Promise<Pick<PostgresServer, 'url' | 'stop'>> {
  let server = await startPostgres(directory);
  const { port, url } = server;
  const stopping = new AbortController();

  async function supervise(): Promise<void> {
    let starts = 0;
    while (!stopping.signal.aborted) {
      const since = Date.now();
      const lastLine = await server.exited;
      if (Date.now() - since > soundMilliseconds) starts = 0;
      let reason = lastLine;
      for (let next: PostgresServer | null = null; next === null && !stopping.signal.aborted; starts += 1) {
        const pause = pauses[starts];
        if (pause === undefined) throw new Error(`PostgreSQL ended ${starts + 1} times in a row: ${reason}`);
        onLog(`PostgreSQL ended by itself and is started again in ${pause} s: ${reason}`);
        await sleep(pause * 1000, undefined, { signal: stopping.signal }).catch(() => {});
        if (stopping.signal.aborted) return;
        next = await startPostgres(directory, { port }).catch((error: Error) => {
          reason = error.message;
          return null;
        });
        server = next ?? server;
      }
    }
  }
  const supervised = supervise().catch(onFailure);
  return {
    url,
    stop: async () => {
      stopping.abort();
      await server.stop();
      await supervised;
      // One that was starting meanwhile.
      await server.stop();
    },
  };
}
