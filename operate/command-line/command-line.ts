import { type Command, Option } from 'commander';
import { createLogUpdate } from 'log-update';
import { stateDirectory } from '../target/endpoints.ts';

export type Progress = {
  /** Replaces the line shown so far; nothing where standard error is no terminal or the output is JSON. */
  show(text: string): void;
  /** Leaves the line as it is. */
  done(): void;
};

/** A live line on standard error, so that standard output stays clean for results. */
export function createProgress(options: { json?: boolean }): Progress {
  if (options.json || !process.stderr.isTTY) return { show: () => {}, done: () => {} };
  const log = createLogUpdate(process.stderr);
  return { show: (text) => log(text), done: () => log.done() };
}

/** Runs a command: a failure is one line on standard error and exit code 1, with a stack only where DEBUG is set. */
export async function runCommand(command: Command): Promise<void> {
  try {
    await command.parseAsync();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`error: ${message.split('\n')[0]}\n`);
    if (process.env.DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  }
}

/** Where a stack keeps its state: `--state`, the same for the command that starts it and those that use it. */
export const stateOption = new Option('--state <directory>', 'folder of the local stack’s state').default(
  stateDirectory,
);

/** For an option that may be given several times. */
export const addTo = (value: string, values: string[]) => [...values, value];
