import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { createProgress, runCommand, stateOption } from '../operate/command-line/command-line.ts';
import { readEndpoints, removeEndpoints, writeEndpoints } from '../operate/target/endpoints.ts';
import { buildStack } from './build.ts';
import { lowSpaceWarning } from './disk-space.ts';
import { type Stack, startStack } from './stack.ts';
import { openStackLog } from './stack-log.ts';

type Options = { port: number; allowImageHost?: string[]; state: string; build: boolean; json?: boolean };

const command = new Command('npm start --')
  .description('Starts the whole system on loopback and stays until Ctrl-C. Its state survives.')
  .option(
    '--port <number>',
    'port of S3 and SQS; the next one is that of Step Functions and Lambda; 0: any',
    readPort,
    4566,
  )
  .option('--allow-image-host <host:port...>', 'let images be fetched from this address, e.g. a test CDN on loopback')
  .addOption(stateOption)
  .option('--no-build', 'run what npm run build has left')
  .option('--json', 'print the endpoints as one JSON object')
  .action(async (options: Options) => {
    await refuseSecondStack(options.state);
    const progress = createProgress(options);
    if (options.build) {
      progress.show('building the functions');
      await buildStack();
    }
    progress.show('starting PostgreSQL, S3, SQS and Step Functions');
    await mkdir(options.state, { recursive: true });
    const warning = await lowSpaceWarning(options.state);
    if (warning !== null) process.stderr.write(`${warning}\n`);
    let stack: Stack | undefined;
    const stop = once(async (code: number) => {
      await removeEndpoints(options.state);
      await stack?.close();
      process.exit(code);
    });
    const fail = (error: unknown) => void failWith(error, onLog, stop);
    const onLog = openStackLog(join(options.state, 'stack.log'), fail);
    process.on('uncaughtException', fail);
    stack = await startStack({
      directory: options.state,
      port: options.port,
      allowImageHosts: options.allowImageHost ?? [],
      onLog,
      onFailure: fail,
    });
    await writeEndpoints(options.state, stack.endpoints);
    progress.done();
    stopOnSignals(stop);
    if (options.json)
      process.stdout.write(`${JSON.stringify({ endpoints: stack.endpoints, restarted: stack.restarted })}\n`);
    else process.stdout.write(describe(stack, options.state));
  });

/** A stack whose npm was killed needs a moment to notice. */
async function refuseSecondStack(directory: string): Promise<void> {
  for (let waited = 0; ; waited += 500) {
    const running = await readEndpoints(directory).catch(() => null);
    if (running === null) return;
    if (waited >= 5000) throw new Error(`A stack is running already over ${directory}, as process ${running.pid}`);
    await sleep(500);
  }
}

/** What is missing has one line; where it went wrong is in the log. Ends the process even where the rest will not stop. */
async function failWith(error: unknown, log: (line: string) => void, stop: (code: number) => Promise<void>) {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  process.stderr.write(`error: ${message.split('\n')[0]}\n`);
  log(stack ?? message);
  setTimeout(() => process.exit(1), 10_000);
  await stop(1).catch(() => process.exit(1));
}

/** The first call counts. */
function once<Argument, Result>(run: (argument: Argument) => Result): (argument: Argument) => Result {
  let result: { value: Result } | undefined;
  return (argument) => {
    result ??= { value: run(argument) };
    return result.value;
  };
}

function stopOnSignals(stop: (code: number) => Promise<void>): void {
  const end = () => {
    // A second Ctrl-C ends the process at once.
    process.removeListener('SIGINT', end).removeListener('SIGTERM', end).removeListener('SIGHUP', end);
    return stop(0);
  };
  process.on('SIGINT', end).on('SIGTERM', end).on('SIGHUP', end);
  if (process.env.npm_lifecycle_event !== undefined) onParentsEnd(end);
}

/** npm that is killed takes nobody with it: neither the shell it runs scripts in nor what that shell started. */
function onParentsEnd(stop: () => Promise<void>): void {
  const parents = () => `${process.ppid} ${parentOf(process.ppid)}`;
  const atStart = parents();
  const watch = setInterval(() => {
    if (parents() === atStart) return;
    clearInterval(watch);
    void stop();
  }, 250);
}

/** Process id of a process' parent on Linux, elsewhere null. */
function parentOf(pid: number): string | null {
  try {
    // "pid (name) state ppid …", https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1] ?? null;
  } catch {
    return null;
  }
}

function describe({ endpoints, restarted }: Stack, directory: string): string {
  return [
    ...restarted.map((what) => `${what} was interrupted: started again.`),
    `Console: ${endpoints.console}`,
    `S3 and SQS      ${endpoints.s3}`,
    `Step Functions  ${endpoints.stepFunctions}`,
    `PostgreSQL      ${withoutPassword(endpoints.databaseUrl)}`,
    `Drop files into s3://${endpoints.uploadsBucket}/{supplier}/, or: npm run import -- FILE --supplier CODE`,
    `Everything is in ${directory}/endpoints.json, logs are in ${directory}/stack.log. Ctrl-C stops.`,
    '',
  ].join('\n');
}

/** The terminal is no place for it: endpoints.json has it. */
function withoutPassword(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.password = '';
  return url.href;
}

function readPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_534) {
    throw new InvalidArgumentError('Expected a number from 0 to 65534.');
  }
  return port;
}

await runCommand(command);
