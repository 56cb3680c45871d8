import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { z } from 'zod';
import { freePort } from '../../../local/postgres/server.ts';
import { localTarget, type Target } from '../../../operate/target/clients.ts';
import { type Endpoints, endpointsSchema } from '../../../operate/target/endpoints.ts';

const startedSchema = z.object({ endpoints: endpointsSchema, restarted: z.array(z.string()) });

export type SoakedStack = {
  endpoints: Endpoints;
  target: Target;
  /** kill -9, and a start over what it left; resolves to the number of imports that were started again. */
  killAndRestart(): Promise<number>;
  /** Throws what it wrote last where it has ended by itself. */
  refuseEnd(): void;
  stop(): Promise<void>;
};

/** `npm start` over `directory`, always on the same ports. */
export async function startSoakedStack(directory: string, imageHosts: readonly string[]): Promise<SoakedStack> {
  const port = String(await freePort());
  const args = ['--state', directory, '--port', port, '--no-build', '--json', '--allow-image-host', ...imageHosts];
  const start = async () => {
    const run = await runNode(['local/start.ts', ...args], (stdout) => stdout.endsWith('}\n'));
    const { endpoints, restarted } = startedSchema.parse(JSON.parse(run.output.stdout));
    return { ...run, endpoints, target: localTarget(endpoints), restarted };
  };
  let running = await start();
  const stack: SoakedStack = {
    endpoints: running.endpoints,
    target: running.target,
    killAndRestart: async () => {
      running.child.kill('SIGKILL');
      await running.exited;
      running = await start();
      Object.assign(stack, { endpoints: running.endpoints, target: running.target });
      return running.restarted.length;
    },
    refuseEnd: () => {
      if (running.child.exitCode === null && running.child.signalCode === null) return;
      throw new Error(`The stack ended by itself: ${running.output.stderr.trim()}`);
    },
    stop: async () => {
      running.child.kill('SIGINT');
      await running.exited;
    },
  };
  return stack;
}

/** `npm run sweep`, until nothing is due and nothing runs. */
export async function sweep(directory: string): Promise<void> {
  const args = ['operate/sweep.ts', '--state', directory, '--due-within', '72', '--json'];
  const { exited, output } = await runNode(args, () => true);
  if ((await exited) !== 0) throw new Error(`The sweep failed: ${output.stderr.trim()}`);
}

type Run = { child: ChildProcess; exited: Promise<number | null>; output: { stdout: string; stderr: string } };

/** Runs a script and resolves once `ready` is true of its standard output; throws where it ends before. */
async function runNode(args: readonly string[], ready: (stdout: string) => boolean): Promise<Run> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  const started = Promise.withResolvers<void>();
  child.stdout.on('data', (data) => {
    output.stdout += data;
    if (ready(output.stdout)) started.resolve();
  });
  child.stderr.on('data', (data) => {
    output.stderr += data;
  });
  const exited = once(child, 'close').then(([code]) => code as number | null);
  exited.then(() => started.reject(new Error(`${args[0]} ended early: ${output.stderr.trim()}`)));
  if (!ready('')) await started.promise;
  started.promise.catch(() => {});
  return { child, exited, output };
}
