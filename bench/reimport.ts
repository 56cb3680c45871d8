/**
 * Importing 8,000 products × 10 image URLs that are all converted, through the whole local stack: what a supplier's
 * next file costs when there is nothing to download.
 *
 * Before: another supplier's products show the same 80,000 URLs, and those are recorded as converted by recordImages
 * with made-up renditions, as converting them would take an hour and is not what is measured.
 *
 * Timed: one execution of ProductImport, from its start to its end as it says itself: first with the products new to
 * their supplier, then the same file again. Not timed: building, starting the stack, the above, writing the catalog. The
 * reference of the second import is the first. Threads are cold at the first, as Lambdas are.
 *
 * Rows written are what PostgreSQL counts in all tables but imports and import_chunks. The parser's memory is that of a
 * process of its own that runs the bundle's handler over the same upload.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { sql } from 'drizzle-orm';
import { generateCatalog } from '../local/demo/sample/catalog.ts';
import { startSampleCdn } from '../local/demo/sample/cdn.ts';
import { productImportInputSchema } from '../workflows/payloads/import-states.ts';
import { type Bench, type Context, expectEqual } from './bench.ts';
import { recordEveryImage } from './database/conversions.ts';
import { countRowVersions } from './database/database.ts';
import {
  chunksOf,
  completeDrops,
  generateProducts,
  imagesPerProduct,
  registerDrop,
  writeChunks,
} from './database/products.ts';
import { inChild } from './measure/measure.ts';
import { compared, figure } from './measure/report.ts';
import { type BenchStack, functionEnvironment, importFile, startBenchStack, type TimedImport } from './stack.ts';

export const reimport: Bench = {
  name: 'reimport',
  about: 'a whole import whose images are all converted, then the same file again; memory of the parser',
  async run(context) {
    const { show, sizes } = context;
    const { products } = sizes;
    // Nobody asks it for anything, or the bench says so.
    const cdn = await startSampleCdn({ seed: 1, images: 1, faults: false });
    context.onEnd(cdn.close);
    const stack = await startBenchStack(context, [new URL(cdn.url).host]);
    show('writing the catalog and recording its images as converted');
    const file = await prepare(context, stack, cdn.url);

    const first = await importFile(stack, file, show);
    expectEqual('products created', first.summary.products.created, products);
    expectEqual('images converted', first.summary.images.converted, products * imagesPerProduct);
    const before = await settledRowVersions(stack, show);
    const again = await importFile(stack, file, show);
    const rowsWritten = (await settledRowVersions(stack, show)) - before;
    const downloads = cdn.requests.total;

    show('the parser by itself');
    const { peakMegabytes, count } = await parseAlone(stack, first);
    expectEqual('products parsed', count, products);
    return {
      bench: 'reimport',
      figures: [
        figure('import, images converted before', first.seconds, 's'),
        ...Object.entries(first.stateSeconds).map(([state, seconds]) => figure(`  ${state}`, seconds, 's')),
        compared('same file again', again.seconds, 's', { name: 'first import', value: first.seconds }),
        ...Object.entries(again.stateSeconds).map(([state, seconds]) => figure(`  ${state}`, seconds, 's')),
        figure('  rows written', rowsWritten, 'count', { atMost: 0 }),
        figure('images downloaded by both', downloads, 'count', { atMost: 0 }),
        figure('parse-spreadsheet: peak memory', peakMegabytes, 'MB', { atMost: 300 }),
      ],
      notes: [`${products} products × ${imagesPerProduct} image URLs, once each.`],
    };
  },
};

/** Writes the catalog, and its images as another supplier's and converted; returns the catalog's file. */
async function prepare({ directory, sizes }: Context, { database }: BenchStack, baseUrl: string): Promise<string> {
  const { products } = sizes;
  const { xlsx, expected } = await generateCatalog({
    seed: 1,
    baseUrl,
    products,
    images: products * imagesPerProduct,
    imagesPerProduct: { from: imagesPerProduct, to: imagesPerProduct },
    faults: false,
  });
  const urlOf = (index: number, position: number) => {
    const image = expected.images[index * imagesPerProduct + position];
    if (image === undefined) throw new Error(`The catalog has no image ${position} of product ${index}`);
    return image.url;
  };
  const drop = await registerDrop(database, 1);
  await writeChunks(database, drop, await chunksOf(generateProducts(products, urlOf)));
  await recordEveryImage(database);
  await completeDrops(database);
  await database.execute(sql`vacuum (analyze)`);
  const file = join(directory, 'catalog.xlsx');
  await writeFile(file, xlsx);
  return file;
}

/** An idle session keeps what it has counted to itself for up to ten seconds. */
async function settledRowVersions({ database }: BenchStack, show: Context['show']): Promise<number> {
  show('waiting for PostgreSQL’s counts');
  await sleep(11_000);
  return countRowVersions(database);
}

async function parseAlone(stack: BenchStack, { executionArn }: TimedImport) {
  const { target, endpoints } = stack;
  const { input } = await target.stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
  const { upload } = productImportInputSchema.parse(JSON.parse(input ?? 'null'));
  const registered = {
    importId: 999_999,
    supplierId: 999_999,
    supplierCode: 'bench',
    feedMode: 'partial',
    columnMapping: {},
    currency: 'USD',
    locale: 'en-US',
    executionName: 'bench',
  };
  const environment = functionEnvironment(stack, 'ParseSpreadsheet', {
    WORK_BUCKET: endpoints.workBucket,
    REPORTS_BUCKET: endpoints.reportsBucket,
  });
  return inChild('parse-upload', { upload, import: registered }, environment);
}
