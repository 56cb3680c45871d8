import type { Settings } from '../../../infrastructure/settings/settings.ts';
import { storageRetry } from '../../../workflows/retry-policies.ts';
import { assumptions, type Scenario } from '../scenario.ts';
import { convertImages } from './convert-hosts.ts';
import type { Process } from './event-loop.ts';
import { lasting, StateFailedError, statement, task } from './processes.ts';
import { sweepEveryTwoHours } from './sweep.ts';
import { aws, createWorld, type FunctionName, type Import, type Platform, type World } from './world.ts';
import { writeProducts } from './write-products.ts';

export type Simulation = World & {
  /** From the first drop to the last summary; without imports, to the last image swept. */
  seconds: number;
  /** From the first drop until sweeps have converted the last of what imports left; `seconds` where they left nothing. */
  sweptSeconds: number;
  failedImports: number;
  /** Images that are neither converted nor with anybody who will, and chunks of products that were not written. */
  left: { images: number; chunks: number };
};

/**
 * Runs the scenario's imports and sweeps through their states, limits and AWS's quotas; pace, lanes, batches and writers
 * are decided by the code that is deployed. The same scenario and settings give the same run.
 */
export function simulate(scenario: Scenario, settings: Settings, platform: Platform = aws): Simulation {
  const world = createWorld(scenario, settings, platform);
  const { imports, loop, images, sweeps } = world;
  const between = (scenario.overHours * 3600) / Math.max(1, imports.length);
  let lastSummary = 0;
  for (const [index, one] of imports.entries()) {
    loop.start(
      (function* (): Process {
        yield index * between;
        yield* productImport(world, one);
        lastSummary = loop.now;
      })(),
    );
  }
  loop.start(sweepEveryTwoHours(world, between * Math.max(0, imports.length - 1)));
  loop.run();
  const sweptSeconds = Math.max(lastSummary, sweeps.endedAt);
  return {
    ...world,
    seconds: imports.length > 0 ? lastSummary : sweptSeconds,
    sweptSeconds,
    failedImports: imports.filter(({ hasFailed }) => hasFailed).length,
    left: { images: images.all.length - images.converted, chunks: world.leftChunks },
  };
}

function* productImport(world: World, one: Import): Process {
  const { loop, platform, transitions, images } = world;
  const start = loop.now;
  yield platform.start;
  transitions.add(assumptions.transitionsOfImport);
  try {
    yield* timed(world, 'parse', parseSpreadsheet(world));
    yield* timed(world, 'write', writeProducts(world, one));
    yield* shortState(world, 'deactivate-missing');
    yield* timed(world, 'convert', convertImages(world, one));
    yield* timed(world, 'finish', shortState(world, 'finish-import'));
  } catch (error) {
    if (!(error instanceof StateFailedError)) throw error;
    one.hasFailed = true;
  }
  one.writers = null;
  images.release(one.id, loop.now);
  one.hasEnded = true;
  one.seconds = loop.now - start;
}

function* timed({ loop, phases }: World, phase: keyof World['phases'], steps: Process): Process {
  const start = loop.now;
  yield* steps;
  phases[phase] = Math.max(phases[phase], loop.now - start);
}

function shortState(world: World, name: FunctionName): Process {
  return task(world, name, statement(world, assumptions.statement));
}

function* parseSpreadsheet(world: World): Process {
  yield* shortState(world, 'register-import');
  const seconds = world.scenario.products / assumptions.parsedProductsPerSecond;
  yield* task(world, 'parse-spreadsheet', lasting(seconds), storageRetry);
  yield* shortState(world, 'check-feed');
}
