import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { createProgress, type Progress, runCommand } from '../../operate/command-line/command-line.ts';
import { countsTable, dryRunTable, summaryTable, undoTable } from '../../operate/command-line/summary-table.ts';
import { verifiedImportTable } from '../../operate/command-line/verify-table.ts';
import { dryRun } from '../../operate/dry-run.ts';
import { type CatalogImageCounts, countImages } from '../../operate/executions/image-counts.ts';
import { describeProgress } from '../../operate/executions/progress.ts';
import { sweepToTheEnd } from '../../operate/executions/run-sweep.ts';
import type { Target } from '../../operate/target/clients.ts';
import { stateDirectory } from '../../operate/target/endpoints.ts';
import { verifyImport } from '../../operate/verify-import.ts';
import { buildStack } from '../build.ts';
import { importSample, sampleSupplier, startDemoStack } from './demo-stack.ts';
import { generateCatalog } from './sample/catalog.ts';
import { demonstrateUndo } from './undo-demo.ts';
import { type Check, verifyCounts, verifyStoredImages } from './verify-demo.ts';

type Options = { seed: number; build: boolean; json?: boolean; stay?: boolean };

const command = new Command('npm run demo --')
  .description(
    'Imports a sample catalog on an ephemeral stack, sweeps, imports it again, undoes a wrong file, and checks that everything adds up.',
  )
  .option('--seed <number>', 'seed of the sample catalog', Number, 2026)
  .option('--stay', 'keep the stack afterwards, to be looked at in the console, until Ctrl-C')
  .option('--no-build', 'run what npm run build has left')
  .option('--json', 'print one JSON object last')
  .action(async (options: Options) => {
    if (!Number.isSafeInteger(options.seed)) throw new Error('--seed takes a whole number');
    const directory = join(stateDirectory, `demo-${process.pid}`);
    await mkdir(directory, { recursive: true });
    const stops: (() => Promise<unknown>)[] = [() => rm(directory, { recursive: true, force: true })];
    const interrupt = () => void stopAll(stops).then(() => process.exit(130));
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
    try {
      const failed = await runDemo(directory, options, stops);
      if (failed > 0) throw new Error(`${failed} of the checks failed`);
      // Until a signal: the running stack keeps the process alive.
      if (options.stay) await new Promise(() => {});
    } finally {
      await stopAll(stops);
    }
  });

async function stopAll(stops: (() => Promise<unknown>)[]): Promise<void> {
  for (const stop of stops.splice(0).reverse()) await stop();
}

/** Returns how many checks failed. */
async function runDemo(directory: string, options: Options, stops: (() => Promise<unknown>)[]): Promise<number> {
  const progress = createProgress(options);
  const print = (text: string) => {
    progress.done();
    if (!options.json) process.stdout.write(`${text}\n`);
  };
  print('This takes about two minutes, of which an import of some 350 images is one.');
  progress.show('building the functions, drawing the sample supplier’s pictures and starting the stack');
  if (options.build) await buildStack();
  const { cdn, endpoints, target, database, file, expected } = await startDemoStack(directory, options.seed, (stop) =>
    stops.push(stop),
  );
  if (options.stay) print(`Console: ${endpoints.console}`);
  print(
    `A catalog of ${expected.products} products with ${expected.imageReferences} image references to ${expected.images.length} images.`,
  );

  progress.show('dry run');
  const dry = await dryRun(database, file, sampleSupplier);
  print(`${dryRunTable(dry)}\n`);

  const start = performance.now();
  const { summary: first } = await importSample(target, file, progress);
  const seconds = (performance.now() - start) / 1000;
  const afterImport = await countImages(database);
  print(summaryTable(first));
  const imagesPerSecond = afterImport.converted / seconds;
  print(`${seconds.toFixed(1)} s, ${imagesPerSecond.toFixed(1)} images/s\n`);

  // The schedule's next one comes within two hours, when what failed once is due again.
  await sweep(target, 3, progress);
  const afterSweep = await countImages(database);
  print(
    `A sweep, as it would run hours later, recovered ${afterSweep.converted - afterImport.converted} of the failed images:`,
  );
  print(`${countsTable(imageRows(afterSweep))}\n`);

  progress.show('drawing up the receipt of the import anew');
  const receipt = await verifyImport(target, first.executionArn.split(':').at(-1) ?? '');
  print(`${verifiedImportTable(receipt)}\n`);

  const requestsBefore = cdn.requests.total;
  const { summary: again } = await importSample(target, file, progress);
  const productsWritten = again.products.created + again.products.updated + again.products.deactivated;
  const imagesFetched = cdn.requests.total - requestsBefore;
  print(`The same file again: ${productsWritten} products written, ${imagesFetched} images fetched.\n`);

  const { xlsx: wrongXlsx } = await generateCatalog({ seed: options.seed, baseUrl: cdn.url, wrong: true });
  const wrongPath = join(directory, `${sampleSupplier}-wrong.xlsx`);
  await writeFile(wrongPath, wrongXlsx);
  const undo = await demonstrateUndo(
    { target, database, supplier: sampleSupplier, products: expected.products },
    async () => (await importSample(target, wrongPath, progress)).summary,
    (now) => progress.show(describeProgress(now)),
  );
  print(
    `A wrong file, imported in ${undo.seconds.import.toFixed(1)} s and undone in ${undo.seconds.undo.toFixed(1)} s:`,
  );
  print(`${undoTable(undo.undone)}\n`);

  progress.show('checking every stored image');
  const checks: Check[] = [
    { name: 'products that the dry run would create', actual: dry.products.created, expected: expected.products },
    { name: 'rows that the dry run would reject', actual: dry.rows.rejected, expected: expected.rows.rejected },
    ...verifyCounts({ expected, first, afterImport, afterSweep }),
    { name: 'what does not add up in the receipt', actual: receipt.differences.join(' '), expected: '' },
    { name: 'images in the receipt', actual: receipt.images.distinct, expected: expected.images.length },
    { name: 'images converted in the receipt', actual: receipt.images.converted, expected: afterSweep.converted },
    { name: 'the same file again writes no product', actual: productsWritten, expected: 0 },
    { name: 'the same file again fetches no image', actual: imagesFetched, expected: 0 },
    ...undo.checks,
    ...(await verifyStoredImages({ expected: expected.images, database, s3: target.s3, bucket: target.imagesBucket })),
  ];
  const failed = checks.filter((check) => check.actual !== check.expected);
  progress.done();
  for (const { name, actual, expected: wanted } of failed) {
    process.stderr.write(`FAILED: ${name}: got ${actual}, expected ${wanted}\n`);
  }
  print(`${checks.length - failed.length} of ${checks.length} checks passed.`);
  if (options.stay) print(`The stack stays until Ctrl-C. Console: ${endpoints.console}`);
  if (options.json) {
    const { errors: _, ...images } = afterImport;
    const { created, updated, unchanged } = first.products;
    const { converted, failed: givenUp, waiting } = afterSweep;
    const result = {
      status: failed.length === 0 ? 'ok' : 'failed',
      rows: first.rows,
      products: { created, updated, unchanged },
      images,
      afterSweep: { converted, failed: givenUp, waiting },
      again: { productsWritten, imagesFetched },
      undo: { restored: undo.undone.restored, products: undo.undone.products, seconds: undo.seconds },
      seconds: Number(seconds.toFixed(1)),
      imagesPerSecond: Number(imagesPerSecond.toFixed(1)),
    };
    process.stdout.write(`${JSON.stringify(result)}\n`);
  }
  return failed.length;
}

async function sweep(target: Target, dueWithinHours: number, progress: Progress): Promise<void> {
  progress.show('sweeping');
  await sweepToTheEnd(target, { dueWithinSeconds: dueWithinHours * 3600 });
}

function imageRows({ distinct, converted, waiting, failed, errors }: CatalogImageCounts): [string, number][] {
  return [
    ['distinct images', distinct],
    ['images converted', converted],
    ['images waiting for a later try', waiting],
    ['images given up', failed],
    ...Object.entries(errors).map(([code, count]): [string, number] => [`  ${code}`, count]),
  ];
}

await runCommand(command);
