/**
 * Recording converted images in PostgreSQL through functions/record-images, in the batches that take-images makes.
 *
 * Measured: statements and WAL of the recording alone, over all Takes of an import. Not measured: writing the products,
 * taking the batches, starting the server, connecting.
 *
 * Reference: the same outcomes in one UPDATE per image, each committed by itself, as a system without batches does, on a
 * plain table of the same images (plain-images.ts). Both start from copies of the same vacuumed database, whose pages
 * were logged since the last checkpoint, as those of images are that were inserted minutes before. A second run of each
 * starts just after a checkpoint, when the first change of each page is logged as the whole page.
 */
import { images } from '../schema/index.ts';
import { type Bench, expectEqual } from './bench.ts';
import { batchSize, conversion, recordBatch, takeBatches } from './database/conversions.ts';
import { type BenchDatabase, type BenchServer, type Cost, startBenchServer } from './database/database.ts';
import { createPlainImages, updatePlainImage } from './database/plain-images.ts';
import {
  chunksOf,
  type Drop,
  generateProducts,
  imagesPerProduct,
  registerDrop,
  writeChunks,
} from './database/products.ts';
import { interleave } from './measure/measure.ts';
import { compared, figure } from './measure/report.ts';

export const record: Bench = {
  name: 'record',
  about: 'statements and WAL per 1,000 images recorded, beside one UPDATE per image',
  async run(context) {
    const { recorded, rounds } = context.sizes;
    context.show('starting PostgreSQL');
    const server = await startBenchServer(context);
    const { drop, ids } = await prepare(server, recorded);
    const contestant = (name: string, record: Recording) => async (round: number) => {
      context.show(`round ${round + 1} of ${rounds}: ${name}`);
      const cost = await record(await server.createDatabase(`record_${name}_${round}`, template), async () => {});
      const other = await server.createDatabase(`record_${name}_${round}_checkpointed`, template);
      return { ...cost, walAfterCheckpoint: (await record(other, other.checkpoint)).walBytes };
    };
    const { ours, plain } = await interleave(rounds, {
      ours: contestant('ours', (database, before) => recordRounds(database, before, drop, ids.length)),
      plain: contestant('plain', async (database, before) => {
        await before();
        return database.meter(1, async (connection) => {
          for (const imageId of ids) await updatePlainImage(connection, conversion({ imageId, attempt: 1 }));
        });
      }),
    });
    const per1000 = (value: number) => (value * 1000) / ids.length;
    const kilobytes = (bytes: number) => per1000(bytes) / 1000;
    const update = (value: number) => ({ name: 'one UPDATE per image', value });
    return {
      bench: 'record',
      figures: [
        figure('statements per 1,000 images', per1000(ours.statements), 'count', { atMost: 40 }),
        compared('', per1000(ours.statements), 'count', update(per1000(plain.statements))),
        compared('WAL per 1,000 images', kilobytes(ours.walBytes), 'KB', update(kilobytes(plain.walBytes)), {
          atMost: 0.25,
        }),
        compared(
          '  just after a checkpoint',
          kilobytes(ours.walAfterCheckpoint),
          'KB',
          update(kilobytes(plain.walAfterCheckpoint)),
        ),
        compared('time per 1,000 images', per1000(ours.seconds * 1000), 'ms', update(per1000(plain.seconds * 1000))),
      ],
      notes: [`${ids.length} images of one host in batches of at most ${batchSize}; medians of ${rounds} rounds.`],
    };
  },
};

/** Records all images; `before` is called just before the first of them. */
type Recording = (database: BenchDatabase, before: () => Promise<void>) => Promise<Cost>;

const template = 'record_template';

/** A vacuumed database with the images of a supplier's first file, that the contestants' databases are copies of. */
async function prepare(server: BenchServer, count: number): Promise<{ drop: Drop; ids: number[] }> {
  const database = await server.createDatabase(template);
  const drop = await registerDrop(database.admin, 1);
  await writeChunks(database.admin, drop, await chunksOf(generateProducts(Math.ceil(count / imagesPerProduct))));
  await createPlainImages(database.admin);
  await database.vacuum();
  const rows = await database.admin.select({ id: images.id }).from(images).orderBy(images.id);
  // No copy is made of a database that anyone is connected to.
  await database.admin.$client.end();
  return { drop, ids: rows.map(({ id }) => id) };
}

/** Records all images, one batch after the other, and adds up what the rounds cost. */
async function recordRounds(
  database: BenchDatabase,
  before: () => Promise<void>,
  drop: Drop,
  expected: number,
): Promise<Cost> {
  const total: Cost = { seconds: 0, statements: 0, walBytes: 0, rowVersions: 0 };
  let recorded = 0;
  for await (const batches of takeBatches(database.admin, drop)) {
    if (recorded === 0) await before();
    const cost = await database.meter(1, async (connection) => {
      for (const batch of batches) await recordBatch(connection, batch);
    });
    recorded += batches.reduce((sum, { Items }) => sum + Items.length, 0);
    total.seconds += cost.seconds;
    total.statements += cost.statements;
    total.walBytes += cost.walBytes;
    total.rowVersions += cost.rowVersions;
  }
  expectEqual('images recorded', recorded, expected);
  return total;
}
