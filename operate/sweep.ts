import { Command } from 'commander';
import { distance } from 'fastest-levenshtein';
import { imageErrorCodes, isImageErrorCode } from '../functions/shared/images/image-error-codes.ts';
import { createProgress, type Progress, runCommand, stateOption } from './command-line/command-line.ts';
import { countImages } from './executions/image-counts.ts';
import { countMessages, followSweep, type SweepProgress, startSweep, waitForBacklog } from './executions/run-sweep.ts';
import { redriveDeadLetters } from './redrive-dead-letters.ts';
import { localTarget, type Target } from './target/clients.ts';
import { openDatabaseUrl } from './target/database-url.ts';
import { readEndpoints } from './target/endpoints.ts';
import { stackTarget } from './target/stack-target.ts';

type Options = {
  dueWithin: number;
  retryFailed?: boolean;
  supplier?: string;
  code?: string;
  redrive?: boolean;
  untracked?: boolean;
  wait: boolean;
  state: string;
  stack?: string;
  json?: boolean;
};

const command = new Command('npm run sweep --')
  .description(
    'Starts SweepImages, which sweeps leftover and failed images until none is due, follows it, and waits for the queue and running imports.',
  )
  .option('--due-within <hours>', 'also take images whose next try is due within so many hours, once each', Number, 0)
  .option('--retry-failed', 'put images back first that were given up')
  .option('--supplier <code>', 'with --retry-failed and --untracked: only those of this supplier')
  .option('--code <code>', 'with --retry-failed: only those with this error code, such as NOT_FOUND')
  .option('--redrive', 'put the messages of the dead-letter queue back into the queue')
  .option('--untracked', 'note WebP files that no image refers to: sweeps remove them after 30 days')
  .option('--no-wait', 'return as soon as the sweep has started, with its execution')
  .addOption(stateOption)
  .option('--stack <name>', 'name of a deployed CloudFormation stack, instead of the local one')
  .option('--json', 'print one JSON object')
  .action(async (options: Options) => {
    if (!(options.dueWithin >= 0)) throw new Error('--due-within takes a number of hours, such as 2');
    const { code, supplier } = options;
    if (!options.retryFailed && code !== undefined) {
      throw new Error('--code chooses among given-up images: add --retry-failed');
    }
    if (!options.retryFailed && !options.untracked && supplier !== undefined) {
      throw new Error('--supplier chooses among given-up images or untracked files: add --retry-failed or --untracked');
    }
    if (code !== undefined && !isImageErrorCode(code)) {
      const nearest = Object.keys(imageErrorCodes).sort((a, b) => distance(a, code) - distance(b, code))[0];
      throw new Error(`--code ${code} is no image error code: did you mean ${nearest}?`);
    }
    const outcome =
      options.stack === undefined
        ? await sweepLocal(options)
        : await sweepDeployed(await stackTarget(options.stack), options);
    process.stdout.write(`${options.json ? JSON.stringify(outcome.result) : outcome.text}\n`);
  });

async function sweepLocal(options: Options) {
  const endpoints = await readEndpoints(options.state);
  const started = await start(localTarget(endpoints), options);
  if (!options.wait) return unfollowed(started);
  const swept = await follow(started);
  const database = openDatabaseUrl(endpoints.databaseUrl);
  const images = await countImages(database);
  await database.$client.end();
  const text = `${putBack(swept)}${swept.queued} images queued; of ${images.distinct} in all, ${images.converted} converted, ${images.waiting} waiting, ${images.failed} given up`;
  return { result: { ...swept, images }, text };
}

/** A deployed database is out of reach from here: the execution's own answer and the queues have to do. */
async function sweepDeployed(target: Target, options: Options) {
  const started = await start(target, options);
  if (!options.wait) return unfollowed(started);
  const swept = await follow(started);
  const messages = await countMessages(target, target.imageQueueUrl);
  const deadLetters = await countMessages(target, target.imageDeadLetterQueueUrl);
  const text = `${putBack(swept)}${swept.queued} images queued, ${swept.released} released, ${swept.waiting} waiting for a later sweep; ${messages} messages in the queue, ${deadLetters} in the dead-letter queue`;
  return { result: { ...swept, queue: { messages, deadLetters } }, text };
}

type Started = { target: Target; executionArn: string; redriven: number; progress: Progress };

async function start(target: Target, options: Options): Promise<Started> {
  const progress = createProgress(options);
  progress.show('sweeping');
  const { supplier, code } = options;
  const redriven = options.redrive
    ? await redriveDeadLetters(target, (moved) => progress.show(`${moved} messages put back into the queue`))
    : 0;
  const executionArn = await startSweep(target, {
    dueWithinSeconds: Math.round(options.dueWithin * 3600),
    ...(options.retryFailed && { retryFailed: { supplier, code } }),
    ...(options.untracked && { untracked: { supplier: supplier ?? null } }),
  });
  return { target, executionArn, redriven, progress };
}

async function follow({ target, executionArn, redriven, progress }: Started) {
  const swept = await followSweep(target, executionArn, (now) => progress.show(describeSweep(now)));
  await waitForBacklog(target, ({ messages, runningImports }) =>
    progress.show(
      `${swept.queued} images queued, ${messages} messages in the queue, ${runningImports} imports running`,
    ),
  );
  progress.done();
  return { executionArn, ...swept, redriven };
}

function unfollowed({ executionArn, redriven, progress }: Started) {
  progress.done();
  return { result: { executionArn, redriven }, text: `The sweep runs: ${executionArn}` };
}

function describeSweep({ swept, seconds }: SweepProgress): string {
  const time = `${seconds.toFixed(0)} s`;
  if (swept === null) return `sweeping, ${time}`;
  return `sweeping: ${swept.queued} images queued, ${swept.due} due, ${swept.waiting} waiting, ${time}`;
}

/** What was done before sweeping, where anything was. */
function putBack({ retried, redriven, untracked }: Awaited<ReturnType<typeof follow>>): string {
  return [
    untracked > 0 ? `files of ${untracked} images are untracked and noted; ` : '',
    redriven > 0 ? `${redriven} messages put back; ` : '',
    retried > 0 ? `${retried} given-up images put back; ` : '',
  ].join('');
}

await runCommand(command);
