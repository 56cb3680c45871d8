import { Command } from 'commander';
import { localTarget } from './clients.ts';
import { createProgress, runCommand, stateOption } from './command-line.ts';
import { readEndpoints } from './endpoints.ts';
import { countImages } from './image-counts.ts';
import { openDatabaseUrl } from './postgres.ts';
import { invokeSweep, waitForBacklog } from './run-sweep.ts';

const command = new Command('npm run sweep --')
  .description('Sweeps leftover and failed images now, and waits until the queue and running imports are done.')
  .option('--due-within <hours>', 'also take images whose next try is due within so many hours', Number, 0)
  .option('--no-wait', 'return as soon as the images are queued')
  .addOption(stateOption)
  .option('--json', 'print one JSON object')
  .action(async (options: { dueWithin: number; wait: boolean; state: string; json?: boolean }) => {
    if (!(options.dueWithin >= 0)) throw new Error('--due-within takes a number of hours, such as 2');
    const endpoints = await readEndpoints(options.state);
    const target = localTarget(endpoints);
    const progress = createProgress(options);
    progress.show('sweeping');
    const swept = await invokeSweep(target, { dueWithinSeconds: Math.round(options.dueWithin * 3600) });
    if (options.wait) {
      await waitForBacklog(target, ({ messages, runningImports }) =>
        progress.show(`${messages} images in the queue, ${runningImports} imports running`),
      );
    }
    progress.done();
    const database = openDatabaseUrl(endpoints.databaseUrl);
    const images = await countImages(database);
    await database.$client.end();
    if (options.json) process.stdout.write(`${JSON.stringify({ ...swept, images })}\n`);
    else {
      process.stdout.write(
        `${swept.queued} images queued; of ${images.distinct} in all, ${images.converted} converted, ${images.waiting} waiting, ${images.failed} given up\n`,
      );
    }
  });

await runCommand(command);
