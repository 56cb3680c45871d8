import { Command } from 'commander';
import { localTarget, type Target } from './clients.ts';
import { createProgress, runCommand, stateOption } from './command-line.ts';
import { readEndpoints } from './endpoints.ts';
import { countImages } from './image-counts.ts';
import { openDatabaseUrl } from './postgres.ts';
import { countMessages, invokeSweep, waitForBacklog } from './run-sweep.ts';
import { stackTarget } from './stack-target.ts';

type Options = { dueWithin: number; wait: boolean; state: string; stack?: string; json?: boolean };

const command = new Command('npm run sweep --')
  .description('Sweeps leftover and failed images now, and waits until the queue and running imports are done.')
  .option('--due-within <hours>', 'also take images whose next try is due within so many hours', Number, 0)
  .option('--no-wait', 'return as soon as the images are queued')
  .addOption(stateOption)
  .option('--stack <name>', 'name of a deployed CloudFormation stack, instead of the local one')
  .option('--json', 'print one JSON object')
  .action(async (options: Options) => {
    if (!(options.dueWithin >= 0)) throw new Error('--due-within takes a number of hours, such as 2');
    const outcome =
      options.stack === undefined
        ? await sweepLocal(options)
        : await sweepDeployed(await stackTarget(options.stack), options);
    process.stdout.write(`${options.json ? JSON.stringify(outcome.result) : outcome.text}\n`);
  });

async function sweepLocal(options: Options) {
  const endpoints = await readEndpoints(options.state);
  const swept = await sweep(localTarget(endpoints), options);
  const database = openDatabaseUrl(endpoints.databaseUrl);
  const images = await countImages(database);
  await database.$client.end();
  const text = `${swept.queued} images queued; of ${images.distinct} in all, ${images.converted} converted, ${images.waiting} waiting, ${images.failed} given up`;
  return { result: { ...swept, images }, text };
}

/** A deployed database is out of reach from here: the function's own answer and the queues have to do. */
async function sweepDeployed(target: Target, options: Options) {
  const swept = await sweep(target, options);
  const messages = await countMessages(target, target.imageQueueUrl);
  const deadLetters = await countMessages(target, target.imageDeadLetterQueueUrl);
  const text = `${swept.queued} images queued, ${swept.released} released, ${swept.waiting} waiting for a later sweep; ${messages} messages in the queue, ${deadLetters} in the dead-letter queue`;
  return { result: { ...swept, queue: { messages, deadLetters } }, text };
}

async function sweep(target: Target, options: Options) {
  const progress = createProgress(options);
  progress.show('sweeping');
  const swept = await invokeSweep(target, { dueWithinSeconds: Math.round(options.dueWithin * 3600) });
  if (options.wait) {
    await waitForBacklog(target, ({ messages, runningImports }) =>
      progress.show(`${messages} images in the queue, ${runningImports} imports running`),
    );
  }
  progress.done();
  return swept;
}

await runCommand(command);
