import { fork, type Serializable } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Named numbers that one run of a contestant gives. */
export type Measured = Record<string, number>;
type Contestant = (round: number) => Promise<Measured>;

/**
 * Runs the contestants in turns, A B A B, so that whatever else the machine does meets all of them alike. Returns the
 * median of each of their numbers.
 */
export async function interleave<C extends Record<string, Contestant>>(
  rounds: number,
  contestants: C,
): Promise<{ [Name in keyof C]: Awaited<ReturnType<C[Name]>> }> {
  const runs = new Map<string, Measured[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, run] of Object.entries(contestants)) {
      runs.set(name, [...(runs.get(name) ?? []), await run(round)]);
    }
  }
  const medians = [...runs].map(([name, measured]) => [name, mediansOf(measured)]);
  return Object.fromEntries(medians) as { [Name in keyof C]: Awaited<ReturnType<C[Name]>> };
}

/** A number that only some of the runs have is 0 in the others: what took no time there was not written down. */
export function mediansOf(runs: readonly Measured[]): Measured {
  const names = new Set(runs.flatMap(Object.keys));
  return Object.fromEntries([...names].map((name) => [name, median(runs.map((run) => run[name] ?? 0))]));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}

/** Seconds that `work` takes, and CPU seconds of all threads of this process meanwhile. */
export async function costOf<T>(work: () => Promise<T>): Promise<{ result: T; seconds: number; cpuSeconds: number }> {
  const before = process.cpuUsage();
  const start = performance.now();
  const result = await work();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  return { result, seconds, cpuSeconds: (user + system) / 1e6 };
}

/** Seconds that `work` takes. */
export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/**
 * The most memory this process has held, MB. On Linux from /proc: the kernel carries ru_maxrss across fork and exec, so
 * that `process.resourceUsage().maxRSS` of a child is never less than what its parent held when it was started.
 */
export function peakMegabytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS / 1024;
  const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

/** What a module of bench/tasks exports as `run`: the work to be measured, and what came out, for comparing. */
export type Task = (input: unknown) => Promise<{ count: number; details?: Measured }>;

const taskResultSchema = z.object({
  /** Of `run`: starting Node and loading modules are not in it. */
  seconds: z.number(),
  /** Of the whole process: Node itself and the modules are in it. */
  peakMegabytes: z.number(),
  count: z.number(),
  details: z.record(z.string(), z.number()).default({}),
});
export type TaskResult = z.output<typeof taskResultSchema>;

/** Runs bench/tasks/{task}.ts in a process of its own. Throws what the task wrote last where it failed. */
export function inChild(task: string, input: unknown, environment: Record<string, string> = {}): Promise<TaskResult> {
  const child = fork(new URL('./child.ts', import.meta.url), [task], {
    env: { ...process.env, ...environment },
    // Handlers log to standard output: the result comes over the channel.
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  // An argument has 128 KiB at most.
  child.send(input as Serializable);
  let errors = '';
  child.stderr?.on('data', (data) => {
    errors = `${errors}${data}`.slice(-2000);
  });
  return new Promise((resolve, reject) => {
    let result: unknown;
    child.once('message', (message) => {
      result = message;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      const parsed = taskResultSchema.safeParse(result);
      if (code === 0 && parsed.success) resolve(parsed.data);
      else reject(new Error(`bench/tasks/${task}.ts ended with code ${code}: ${errors.trim()}`));
    });
  });
}
