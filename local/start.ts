import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { buildFunctions } from '../infrastructure/build-functions.ts';
import { createProgress, runCommand } from './command-line.ts';
import { readEndpoints, stateDirectory, writeEndpoints } from './endpoints.ts';
import { startStack } from './stack.ts';

const command = new Command('npm start --')
  .description('Starts the whole system on loopback and stays until Ctrl-C. State is kept under .local/.')
  .option(
    '--port <number>',
    'port of S3 and SQS; the next one is that of Step Functions and Lambda; 0: any',
    readPort,
    4566,
  )
  .option('--allow-image-host <host:port...>', 'let images be fetched from this address, e.g. a test CDN on loopback')
  .option('--json', 'print the endpoints as one JSON object')
  .action(async (options: { port: number; allowImageHost?: string[]; json?: boolean }) => {
    const running = await readEndpoints().catch(() => null);
    if (running) throw new Error(`A stack is running already, as process ${running.pid}`);
    const progress = createProgress(options);
    progress.show('building the functions');
    await buildFunctions();
    progress.show('starting PostgreSQL, S3, SQS and Step Functions');
    await mkdir(stateDirectory, { recursive: true });
    const log = createWriteStream(join(stateDirectory, 'stack.log'), { flags: 'a' });
    const stack = await startStack({
      directory: stateDirectory,
      port: options.port,
      allowImageHosts: options.allowImageHost ?? [],
      onLog: (line) => log.write(`${line}\n`),
    });
    await writeEndpoints(stateDirectory, stack.endpoints);
    progress.done();

    const stop = async () => {
      // A second Ctrl-C ends the process at once.
      process.removeListener('SIGINT', stop).removeListener('SIGTERM', stop);
      await stack.close();
      await rm(join(stateDirectory, 'endpoints.json'), { force: true });
      process.exit(0);
    };
    process.on('SIGINT', stop).on('SIGTERM', stop);

    const { endpoints, restarted } = stack;
    if (options.json) process.stdout.write(`${JSON.stringify({ endpoints, restarted })}\n`);
    else {
      for (const file of restarted) process.stdout.write(`The import of ${file} was interrupted: started again.\n`);
      process.stdout.write(
        [
          `S3 and SQS      ${endpoints.s3}`,
          `Step Functions  ${endpoints.stepFunctions}`,
          `PostgreSQL      ${endpoints.databaseUrl}`,
          `Drop files into s3://${endpoints.uploadsBucket}/{supplier}/, or: npm run import -- FILE --supplier CODE`,
          `Everything is in ${stateDirectory}/endpoints.json, logs are in ${stateDirectory}/stack.log. Ctrl-C stops.`,
          '',
        ].join('\n'),
      );
    }
  });

function readPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_534) {
    throw new InvalidArgumentError('Expected a number from 0 to 65534.');
  }
  return port;
}

await runCommand(command);
