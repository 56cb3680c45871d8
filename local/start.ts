import { createWriteStream, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { buildFunctions } from '../infrastructure/build/build-functions.ts';
import { createProgress, runCommand, stateOption } from '../operate/command-line.ts';
import { readEndpoints, removeEndpoints, writeEndpoints } from '../operate/endpoints.ts';
import { type Stack, startStack } from './stack.ts';

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
  .option('--no-build', 'run the bundles as npm run build has left them')
  .option('--json', 'print the endpoints as one JSON object')
  .action(async (options: Options) => {
    await refuseSecondStack(options.state);
    const progress = createProgress(options);
    if (options.build) {
      progress.show('building the functions');
      await buildFunctions();
    }
    progress.show('starting PostgreSQL, S3, SQS and Step Functions');
    await mkdir(options.state, { recursive: true });
    const log = createWriteStream(join(options.state, 'stack.log'), { flags: 'a' });
    const stack = await startStack({
      directory: options.state,
      port: options.port,
      allowImageHosts: options.allowImageHost ?? [],
      onLog: (line) => log.write(`${line}\n`),
    });
    await writeEndpoints(options.state, stack.endpoints);
    progress.done();
    stopOnSignals(stack, options.state);
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

function stopOnSignals(stack: Stack, directory: string): void {
  const stop = async () => {
    // A second Ctrl-C ends the process at once.
    process.removeListener('SIGINT', stop).removeListener('SIGTERM', stop).removeListener('SIGHUP', stop);
    await removeEndpoints(directory);
    await stack.close();
    process.exit(0);
  };
  process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop);
  if (process.env.npm_lifecycle_event !== undefined) onParentsEnd(stop);
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
    ...restarted.map((file) => `The import of ${file} was interrupted: started again.`),
    `S3 and SQS      ${endpoints.s3}`,
    `Step Functions  ${endpoints.stepFunctions}`,
    `PostgreSQL      ${endpoints.databaseUrl}`,
    `Drop files into s3://${endpoints.uploadsBucket}/{supplier}/, or: npm run import -- FILE --supplier CODE`,
    `Everything is in ${directory}/endpoints.json, logs are in ${directory}/stack.log. Ctrl-C stops.`,
    '',
  ].join('\n');
}

function readPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_534) {
    throw new InvalidArgumentError('Expected a number from 0 to 65534.');
  }
  return port;
}

await runCommand(command);
