/**
 * A small file behind large ones, on the local stack: twenty suppliers drop 500 products each, all with images on one host,
 * and twenty seconds later another drops five.
 *
 * Timed: the small file's execution of ProductImport, from its start to its end as it says itself, images and report
 * included, with nothing else under way and behind the twenty. Those are not waited for. The host is a server on loopback
 * that takes 0.6 s for an image, whatever it is asked for at once.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { dropSpreadsheet } from '../operate/executions/follow-import.ts';
import { type Bench, type Context, expectEqual } from './bench.ts';
import { startBenchHost } from './hosts/servers.ts';
import { compared, figure } from './measure/report.ts';
import { type BenchStack, importFile, startBenchStack } from './stack.ts';

const largeFiles = 20;
const large = 500;
const small = 5;
const imagesPerProduct = 2;
/** Between the large files and the small one. */
const headStartSeconds = 20;

export const fairness: Bench = {
  name: 'fairness',
  about: `${small} products dropped ${headStartSeconds} s behind ${largeFiles} files of ${large}, beside the same file alone`,
  async run(context) {
    const photo = { width: 800, height: 800, channels: 3, noise: { type: 'gaussian', mean: 128, sigma: 20 } } as const;
    const image = await sharp({ create: { ...photo, background: '#fa0' } })
      .jpeg()
      .toBuffer();
    const server = await startBenchHost('elastic', image);
    context.onEnd(server.close);
    const stack = await startBenchStack(context, [server.host]);
    const importOf = async (supplier: string) =>
      importFile(stack, await writeCatalog(context, server.host, supplier, small), context.show, supplier);

    await importOf('warm-up');
    const alone = await importOf('alone');
    await dropLargeFiles(context, stack, server.host);
    for (let left = headStartSeconds; left > 0; left -= 1) {
      context.show(`the small file is dropped in ${left} s`);
      await sleep(1000);
    }
    const behind = await importOf('behind');
    for (const { summary } of [alone, behind]) {
      expectEqual('images converted', summary.images.converted, small * imagesPerProduct);
    }
    const states = Object.entries(behind.stateSeconds);
    return {
      bench: 'fairness',
      figures: [
        figure(`${small} products behind ${largeFiles} files of ${large}`, behind.seconds, 's', { atMost: 30 }),
        ...states.map(([state, seconds]) => {
          const value = alone.stateSeconds[state];
          return value === undefined
            ? figure(`  ${state}`, seconds, 's')
            : compared(`  ${state}`, seconds, 's', { name: 'alone', value });
        }),
        figure(`${small} products alone`, alone.seconds, 's'),
      ],
      notes: [`${imagesPerProduct} images a product, all on one host.`],
    };
  },
};

async function dropLargeFiles(context: Context, { target }: BenchStack, host: string): Promise<void> {
  context.show(`dropping ${largeFiles} files`);
  const suppliers = Array.from({ length: largeFiles }, (_, index) => `large-${index + 1}`);
  const files = await Promise.all(suppliers.map((supplier) => writeCatalog(context, host, supplier, large)));
  await Promise.all(suppliers.map((supplier, index) => dropSpreadsheet(target, files[index] ?? '', supplier)));
}

/** A CSV whose images nobody else has. */
async function writeCatalog({ directory }: Context, host: string, supplier: string, products: number): Promise<string> {
  const folder = join(directory, supplier);
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'catalog.csv');
  const rows = Array.from({ length: products }, (_, product) => {
    const urls = Array.from({ length: imagesPerProduct }, (_, n) => `http://${host}/${supplier}/${product}-${n}.jpg`);
    return `${supplier}-${product},Product ${product},${10 + product}.00,${urls.join('|')}`;
  });
  await writeFile(file, `SKU,Title,Price,Images\n${rows.join('\n')}\n`);
  return file;
}
