import { Command } from 'commander';
import { distance } from 'fastest-levenshtein';
import { imageErrorCodes, isImageErrorCode } from '../functions/shared/images/image-error-codes.ts';
import { localTarget, type Target } from './clients.ts';
import { createProgress, runCommand, stateOption } from './command-line.ts';
import { openDatabaseUrl } from './database-url.ts';
import { readEndpoints } from './endpoints.ts';
import { countImages } from './image-counts.ts';
import { redriveDeadLetters } from './redrive.ts';
import { countMessages, invokeSweep, waitForBacklog } from './run-sweep.ts';
import { stackTarget } from './stack-target.ts';

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
    'Sweeps leftover and failed images now, and goes on until none is due and the queue and running imports are done.',
  )
  .option('--due-within <hours>', 'also take images whose next try is due within so many hours', Number, 0)
  .option('--retry-failed', 'put images back first that were given up')
  .option('--supplier <code>', 'with --retry-failed and --untracked: only those of this supplier')
  .option('--code <code>', 'with --retry-failed: only those with this error code, such as NOT_FOUND')
  .option('--redrive', 'put the messages of the dead-letter queue back into the queue')
  .option('--untracked', 'note WebP files that no image refers to: sweeps remove them after 30 days')
  .option('--no-wait', 'sweep once, and return as soon as the images are queued')
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
  const swept = await sweep(localTarget(endpoints), options);
  const database = openDatabaseUrl(endpoints.databaseUrl);
  const images = await countImages(database);
  await database.$client.end();
  const text = `${putBack(swept)}${swept.queued} images queued; of ${images.distinct} in all, ${images.converted} converted, ${images.waiting} waiting, ${images.failed} given up`;
  return { result: { ...swept, images }, text };
}

/** A deployed database is out of reach from here: the function's own answer and the queues have to do. */
async function sweepDeployed(target: Target, options: Options) {
  const swept = await sweep(target, options);
  const messages = await countMessages(target, target.imageQueueUrl);
  const deadLetters = await countMessages(target, target.imageDeadLetterQueueUrl);
  const text = `${putBack(swept)}${swept.queued} images queued, ${swept.released} released, ${swept.waiting} waiting for a later sweep; ${messages} messages in the queue, ${deadLetters} in the dead-letter queue`;
  return { result: { ...swept, queue: { messages, deadLetters } }, text };
}

async function sweep(target: Target, options: Options) {
  const progress = createProgress(options);
  progress.show('sweeping');
  const { supplier, code } = options;
  const redriven = options.redrive
    ? await redriveDeadLetters(target, (moved) => progress.show(`${moved} messages put back into the queue`))
    : 0;
  let swept = await invokeSweep(target, {
    dueWithinSeconds: Math.round(options.dueWithin * 3600),
    ...(options.retryFailed && { retryFailed: { supplier, code } }),
    ...(options.untracked && { untracked: { supplier: supplier ?? null } }),
  });
  const total = { ...swept, redriven };
  while (options.wait) {
    await waitForBacklog(target, ({ messages, runningImports }) =>
      progress.show(
        `${total.queued} images queued, ${messages} messages in the queue, ${runningImports} imports running`,
      ),
    );
    // A sweep takes no more of a host's images than it has lanes for: the rest is due still.
    if (swept.due === 0 || swept.queued === 0) break;
    swept = await invokeSweep(target, {});
    for (const key of ['queued', 'released', 'poisoned', 'removed'] as const) total[key] += swept[key];
    total.due = swept.due;
    total.waiting = swept.waiting;
  }
  progress.done();
  return total;
}

/** What was done before sweeping, where anything was. */
function putBack({
  retried,
  redriven,
  untracked = 0,
}: {
  retried: number;
  redriven: number;
  untracked?: number;
}): string {
  return `${untracked > 0 ? `files of ${untracked} images are untracked and noted; ` : ''}${redriven > 0 ? `${redriven} messages put back; ` : ''}${retried > 0 ? `${retried} given-up images put back; ` : ''}`;
}

await runCommand(command);
