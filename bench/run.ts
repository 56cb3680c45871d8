import { mkdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { createProgress, runCommand } from '../operate/command-line/command-line.ts';
import { stateDirectory } from '../operate/target/endpoints.ts';
import { type Bench, type Context, fullSizes, quickSizes, type Sizes } from './bench.ts';
import { consoleBench } from './console/console.ts';
import { convert } from './convert.ts';
import { fairness } from './fairness.ts';
import { hosts } from './hosts/hosts.ts';
import { type Report, reportTable } from './measure/report.ts';
import { parse } from './parse.ts';
import { pipeline } from './pipeline.ts';
import { record } from './record.ts';
import { reimport } from './reimport.ts';
import { write } from './write.ts';

const benches: readonly Bench[] = [pipeline, convert, parse, write, record, reimport, hosts, fairness, consoleBench];

type Options = Partial<Sizes> & { quick?: boolean; json?: boolean; build: boolean };

const width = Math.max(...benches.map(({ name }) => name.length));
const command = new Command('npm run bench --')
  .description('Measures side by side, in one run, and prints ratios. Nothing fails where a ratio is missed.')
  .argument('[bench...]', 'which to run; all by default')
  .option('--quick', 'small sizes, one round: shows that the benches work, its ratios mean little')
  .option('--images <number>', `images of convert (${fullSizes.images})`, Number)
  .option('--imported <number>', `images of pipeline (${fullSizes.imported})`, Number)
  .option('--products <number>', `products of parse, write and reimport (${fullSizes.products})`, Number)
  .option('--recorded <number>', `images of record (${fullSizes.recorded})`, Number)
  .option('--csv-rows <number>', `rows of the tall csv of parse (${fullSizes.csvRows})`, Number)
  .option('--xlsx-rows <number>', `rows of the tall xlsx of parse (${fullSizes.xlsxRows})`, Number)
  .option('--host-images <number>', `images of each host of hosts (${fullSizes.hostImages})`, Number)
  .option('--console-images <number>', `images of console (${fullSizes.consoleImages})`, Number)
  .option('--rounds <number>', `times each contestant runs, the median counts (${fullSizes.rounds})`, Number)
  .option('--no-build', 'run what npm run build has left')
  .option('--json', 'print one JSON object last')
  .addHelpText(
    'after',
    `\nBenches:\n${benches.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`).join('\n')}`,
  )
  .action(async (names: string[], options: Options) => {
    const chosen = names.length === 0 ? benches : names.map(benchNamed);
    const sizes = sizesOf(options);
    const reports: Report[] = [];
    for (const bench of chosen) {
      const report = await runBench(bench, sizes, options);
      reports.push(report);
      if (!options.json) process.stdout.write(`${reportTable(report)}\n\n`);
    }
    const machine = { node: process.version, platform: process.platform, threads: availableParallelism() };
    if (options.json) process.stdout.write(`${JSON.stringify({ machine, sizes, reports })}\n`);
    else process.stdout.write(`Node.js ${process.version}, ${machine.platform}, ${machine.threads} hardware threads\n`);
  });

function benchNamed(name: string): Bench {
  const found = benches.find((bench) => bench.name === name);
  if (found) return found;
  throw new Error(`There is no bench ${name}; expected ${benches.map((bench) => bench.name).join(', ')}`);
}

function sizesOf({ quick, ...options }: Options): Sizes {
  const sizes = { ...(quick ? quickSizes : fullSizes) };
  for (const name of Object.keys(sizes) as (keyof Sizes)[]) {
    const given = options[name];
    if (given === undefined) continue;
    if (!Number.isSafeInteger(given) || given < 1) throw new Error(`${name} takes a whole number from 1, not ${given}`);
    sizes[name] = given;
  }
  return sizes;
}

async function runBench(bench: Bench, sizes: Sizes, options: Options): Promise<Report> {
  const progress = createProgress(options);
  const directory = join(stateDirectory, `bench-${process.pid}`);
  await mkdir(directory, { recursive: true });
  const stops: (() => unknown)[] = [() => rm(directory, { recursive: true, force: true })];
  let stopped: Promise<void> | undefined;
  const stopAll = () => {
    stopped ??= stopInTurn(stops);
    return stopped;
  };
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
    void stopAll().then(() => process.exit(130));
  };
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const context: Context = {
    sizes,
    directory,
    build: options.build,
    show: (text) => progress.show(`${bench.name}: ${text}`),
    onEnd: (stop) => stops.push(stop),
  };
  try {
    return await bench.run(context);
  } finally {
    await stopAll();
    // What the bench throws when its servers go away under it is nothing to report.
    if (interrupted) process.exit(130);
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    progress.done();
  }
}

async function stopInTurn(stops: readonly (() => unknown)[]): Promise<void> {
  for (const stop of stops.toReversed()) await stop();
}

await runCommand(command);
