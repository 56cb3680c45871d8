import { waitForWriters } from '../../../functions/admit-writers/admit-writers.ts';
import { smallFile, writersFor } from '../../../functions/shared/imports/writers.ts';
import { writeRetry } from '../../../workflows/retry-policies.ts';
import { assumptions } from '../scenario.ts';
import type { Process, Waitable } from './event-loop.ts';
import { ended, holding, StateFailedError, statement, task } from './processes.ts';
import { Semaphore } from './resources.ts';
import type { Import, World } from './world.ts';

/** "Admit writers" until the import is, then "Write products". */
export function* writeProducts(world: World, one: Import): Process {
  const { loop, scenario } = world;
  const chunks = Math.ceil(scenario.products / assumptions.productsPerChunk);
  yield* admitted(world, one, chunks);
  const writers = new Semaphore(loop, one.writers ?? 1);
  const running: Waitable[] = [];
  const leftBefore = world.leftChunks;
  for (let first = 0; first < scenario.products; first += assumptions.productsPerChunk) {
    const products = Math.min(assumptions.productsPerChunk, scenario.products - first);
    yield writers;
    yield world.dispatch;
    world.transitions.add(assumptions.transitionsOfChunk);
    running.push(loop.start(holding(writers, writeChunk(world, products * (2 + 2 * scenario.imagesPerProduct)))));
  }
  yield* ended(running);
  one.writers = null;
  if (world.leftChunks > leftBefore) throw new StateFailedError('Write products left chunks');
}

function* admitted(world: World, one: Import, chunks: number): Process {
  const { mostWriters: most, writersPerImport: perImport } = world.settings.database;
  for (let waits = 0; ; waits += 1) {
    yield* task(world, 'admit-writers', statement(world, assumptions.shortStatement));
    const others = world.imports.filter(({ id }) => id !== one.id);
    const taken = others.reduce((sum, { writers }) => sum + Math.max(0, writers ?? 0), 0);
    const before = others.filter(({ id, writers }) => id < one.id && (writers ?? 0) < 0);
    const small = before.filter(({ writers }) => (writers ?? 0) >= -smallFile).length;
    const waiting = { all: before.length, small };
    const writers = writersFor({ limits: { most, perImport }, taken, chunks, waiting });
    one.writers = writers > 0 ? writers : -chunks;
    world.bounds.writers = Math.max(world.bounds.writers, taken + writers);
    if (writers > 0) return;
    world.transitions.add(2);
    yield waitForWriters(waits);
  }
}

function* writeChunk(world: World, rows: number): Process {
  const write = statement(world, assumptions.chunk + rows / assumptions.rowsWrittenPerSecond, rows);
  try {
    yield* task(world, 'write-products', write, writeRetry);
  } catch (error) {
    if (!(error instanceof StateFailedError)) throw error;
    world.leftChunks += 1;
  }
}
