/**
 * Writing a catalog into PostgreSQL through functions/write-products: 8,000 products with 80,000 image references, in
 * the parser's chunks, as many at once as the state machine runs (4), each over a connection of its own.
 *
 * Timed: from the first chunk to the last, from parsed products to committed rows. Not timed: starting the server,
 * connecting, reading chunk files from S3, the other states, VACUUM.
 *
 * Reference: COPY of the very rows that the import left, from files that the server reads itself, into tables of the
 * same columns without any index: the least that storing them can take. It compares nothing, keeps no uniqueness, makes
 * no text of objects and sends none; the distance to it is what the import's guarantees cost. Each round has a database
 * of its own, in which the import and then COPY run, both after a checkpoint.
 *
 * Then, in the same database, with VACUUM before each as autovacuum would do between two files: the same products again;
 * with 1 % of the products changed (price and stock); with another 1 % changed just after a checkpoint, when the first
 * change of each page is logged as the whole page, which is the most WAL such a file can make.
 */
import { type Bench, type Context, expectEqual } from './bench.ts';
import { copyIn, copyOut, createPlainTables } from './database/copy-tables.ts';
import { type BenchServer, type Cost, startBenchServer } from './database/database.ts';
import {
  type Chunks,
  changeOnePercent,
  chunksOf,
  generateProducts,
  registerDrop,
  writeChunks,
  writers,
} from './database/products.ts';
import { interleave } from './measure/measure.ts';
import { compared, figure, type Report } from './measure/report.ts';

type Catalogs = { first: Chunks; changed: Chunks; changedAgain: Chunks; products: number; changes: number };

export const write: Bench = {
  name: 'write',
  about: 'products into PostgreSQL: first import, unchanged, 1 % changed; beside COPY into unindexed tables',
  async run(context) {
    const { products: count, rounds } = context.sizes;
    context.show('starting PostgreSQL');
    const server = await startBenchServer(context);
    const catalogs = await generateCatalogs(count);
    let current: Round | undefined;
    const medians = await interleave(rounds, {
      imported: async (round) => {
        context.show(`round ${round + 1} of ${rounds}`);
        current = await importRound(server, catalogs, round);
        return current.measured;
      },
      copied: async () => {
        if (current === undefined) throw new Error('COPY copies what the import wrote');
        return current.copy();
      },
    });
    return report(catalogs, medians.imported, medians.copied, context);
  },
};

async function generateCatalogs(count: number): Promise<Catalogs> {
  const products = generateProducts(count);
  const changed = changeOnePercent(products, 0);
  return {
    first: await chunksOf(products),
    changed: await chunksOf(changed),
    changedAgain: await chunksOf(changeOnePercent(changed, 50)),
    products: count,
    changes: Math.ceil(count / 100),
  };
}

type Costs<Name extends string> = { [Key in keyof Cost as `${Name} ${Key}`]: number };
type Imported = Costs<'first'> & Costs<'unchanged'> & Costs<'changed'> & Costs<'checkpointed'>;
type Round = { measured: Imported; copy(): Promise<Cost> };

async function importRound(server: BenchServer, catalogs: Catalogs, round: number): Promise<Round> {
  const database = await server.createDatabase(`write_${round}`);
  let drop = 0;
  const importFile = async <Name extends string>(
    name: Name,
    chunks: Chunks,
    expected: { created: number; updated: number },
  ): Promise<Costs<Name>> => {
    drop += 1;
    const registered = await registerDrop(database.admin, drop);
    const cost = await database.meter(writers, async (connections) => {
      const written = await writeChunks(connections, registered, chunks);
      expectEqual(`${name}: created`, written.created, expected.created);
      expectEqual(`${name}: updated`, written.updated, expected.updated);
    });
    return Object.fromEntries(Object.entries(cost).map(([key, value]) => [`${name} ${key}`, value])) as Costs<Name>;
  };
  const { first, changed, changedAgain, products, changes } = catalogs;
  await database.checkpoint();
  const firstCost = await importFile('first', first, { created: products, updated: 0 });
  const rows = await copyOut(database, await database.catalogTables());
  await database.vacuum();
  const unchangedCost = await importFile('unchanged', first, { created: 0, updated: 0 });
  await database.vacuum();
  const changedCost = await importFile('changed', changed, { created: 0, updated: changes });
  await database.vacuum();
  await database.checkpoint();
  const checkpointedCost = await importFile('checkpointed', changedAgain, { created: 0, updated: changes });
  return {
    measured: { ...firstCost, ...unchangedCost, ...changedCost, ...checkpointedCost },
    async copy() {
      await createPlainTables(database, rows);
      await database.checkpoint();
      return database.meter(1, (connection) => copyIn(connection, rows));
    },
  };
}

function report({ products, changes }: Catalogs, imported: Imported, copied: Cost, { sizes }: Context): Report {
  const bytes = (count: number) => count / 1e6;
  const copy = (value: number) => ({ name: 'COPY, no indexes', value });
  const first = (value: number) => ({ name: 'first import', value });
  return {
    bench: 'write',
    figures: [
      compared('first import', imported['first seconds'], 's', copy(copied.seconds)),
      compared('  WAL', bytes(imported['first walBytes']), 'MB', copy(bytes(copied.walBytes))),
      compared('  statements', imported['first statements'], 'count', copy(copied.statements)),
      figure('  row versions', imported['first rowVersions'], 'count'),
      compared('unchanged', imported['unchanged seconds'], 's', first(imported['first seconds']), { atMost: 0.2 }),
      figure('  row versions', imported['unchanged rowVersions'], 'count', { atMost: 0 }),
      figure('  statements', imported['unchanged statements'], 'count'),
      compared('  WAL', bytes(imported['unchanged walBytes']), 'MB', first(bytes(imported['first walBytes']))),
      compared('1 % changed', imported['changed seconds'], 's', first(imported['first seconds'])),
      compared('  WAL', bytes(imported['changed walBytes']), 'MB', first(bytes(imported['first walBytes'])), {
        atMost: 0.05,
      }),
      compared(
        '  WAL just after a checkpoint',
        bytes(imported['checkpointed walBytes']),
        'MB',
        first(bytes(imported['first walBytes'])),
      ),
      figure('  row versions', imported['changed rowVersions'], 'count'),
      figure('  statements', imported['changed statements'], 'count'),
    ],
    notes: [
      `${products} products, ${products * 10} image references, ${writers} chunks at once; ${changes} products changed; medians of ${sizes.rounds} rounds.`,
      'VACUUM runs between the imports, as autovacuum does between two files; just after a checkpoint, pages are logged whole.',
    ],
  };
}
