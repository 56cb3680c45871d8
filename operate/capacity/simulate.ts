import type { Settings } from '../../infrastructure/settings/settings.ts';
import { databaseRetry, storageRetry } from '../../workflows/retry-policies.ts';
import { convertInRounds } from './convert-rounds.ts';
import type { Process, Waitable } from './event-loop.ts';
import { ended, holding, lasting, retried, statement } from './processes.ts';
import { assumptions, type Scenario } from './scenario.ts';
import { aws, createWorld, type Import, type Platform, type World } from './world.ts';

export type Simulation = World & { seconds: number };

/**
 * Runs the scenario's imports through the states of ProductImport, their limits and AWS's quotas. `seconds` is the time
 * from the drops to the last summary. The same scenario and settings give the same run.
 */
export function simulate(scenario: Scenario, settings: Settings, platform: Platform = aws): Simulation {
  const world = createWorld(scenario, settings, platform);
  for (const one of world.imports) world.loop.start(productImport(world, one));
  world.loop.run();
  return { ...world, seconds: world.loop.now };
}

function* productImport(world: World, one: Import): Process {
  yield world.platform.start;
  world.transitions.add(assumptions.transitionsOfImport);
  yield* timed(world, 'parse', parseSpreadsheet(world));
  yield* timed(world, 'write', writeProducts(world, one));
  yield* timed(world, 'convert', convertInRounds(world, one));
  yield* timed(world, 'finish', shortState(world));
}

function* timed({ loop, phases }: World, phase: keyof World['phases'], steps: Process): Process {
  const start = loop.now;
  yield* steps;
  phases[phase] = Math.max(phases[phase], loop.now - start);
}

function* shortState(world: World): Process {
  yield* retried(world, world.functions.statements, statement(world, assumptions.statement), databaseRetry);
}

function* parseSpreadsheet(world: World): Process {
  yield* shortState(world);
  const seconds = world.scenario.products / assumptions.parsedProductsPerSecond;
  yield* retried(world, world.functions.parseSpreadsheet, lasting(seconds), storageRetry);
  yield* shortState(world);
}

function* writeProducts(world: World, { writers }: Import): Process {
  const { loop, scenario } = world;
  const chunks: Waitable[] = [];
  for (let first = 0; first < scenario.products; first += assumptions.productsPerChunk) {
    const products = Math.min(assumptions.productsPerChunk, scenario.products - first);
    yield writers;
    yield world.dispatch;
    chunks.push(loop.start(holding(writers, writeChunk(world, products * (2 + 2 * scenario.imagesPerProduct)))));
  }
  yield* ended(chunks);
}

function* writeChunk(world: World, rows: number): Process {
  const write = statement(world, assumptions.chunk + rows / assumptions.rowsWrittenPerSecond, rows);
  if (!(yield* retried(world, world.functions.writeProducts, write, databaseRetry))) world.left.chunks += 1;
}
