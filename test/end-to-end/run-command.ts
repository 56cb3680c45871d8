import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

export type RunningCommand = {
  process: ChildProcess;
  /** Standard output and error so far. */
  output(): { stdout: string; stderr: string };
  /** Waits for text on standard output; throws with what came instead where the process ends first. */
  waitFor(text: string): Promise<void>;
  /** Waits for the end. */
  exited: Promise<number | null>;
};

/** Starts a command of local/ as npm would, on the Node.js that runs the tests, in `directory`; killed with the test. */
export function startCommand(script: string, args: string[], directory: string): RunningCommand {
  const child = spawn(process.execPath, [script, ...args], { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  const changed = new EventTarget();
  child.stdout.on('data', (data) => {
    stdout += data;
    changed.dispatchEvent(new Event('data'));
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  const exited = once(child, 'close').then(([code]) => code as number | null);
  onTestFinished(async () => {
    child.kill('SIGINT');
    await exited;
  });
  return {
    process: child,
    output: () => ({ stdout, stderr }),
    waitFor: async (text) => {
      while (!stdout.includes(text)) {
        const ended = await Promise.race([once(changed, 'data').then(() => false), exited.then(() => true)]);
        if (ended && !stdout.includes(text)) throw new Error(`The command ended before "${text}": ${stdout}${stderr}`);
      }
    },
    exited,
  };
}
