import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Settings } from '../../infrastructure/settings/settings.ts';
import { EventLoop } from './event-loop.ts';
import { Host } from './host-lanes.ts';
import { LambdaFunction } from './lambda-function.ts';
import { quotas, vCpus } from './quotas.ts';
import { Meter, Semaphore, TokenBucket } from './resources.ts';
import { assumptions, type Scenario } from './scenario.ts';

/** Where the functions run: on AWS, or on a laptop that the simulation is checked against. Seconds. */
export type Platform = {
  whenFull: 'throttle' | 'queue';
  start: number;
  coldStart: number;
  transition: number;
  mapRun: number;
};
export const aws: Platform = { whenFull: 'throttle', ...assumptions };

export type World = ReturnType<typeof createWorld>;
export type Import = World['imports'][number];

/** All that the imports share and what is counted about it. */
export function createWorld(scenario: Scenario, settings: Settings, platform: Platform) {
  const loop = new EventLoop();
  const { images, database, account, parsing } = settings;
  const lambda = (memoryMegabytes: number, concurrency: number) =>
    new LambdaFunction(loop, { memoryMegabytes, concurrency, scaling: quotas.lambda.scaling, ...platform });
  const { unreserved } = quotas.lambda;
  return {
    scenario,
    settings,
    platform,
    loop,
    random: randomNumbers(scenario.seed),
    functions: {
      // More than the account has cannot be reserved.
      convertImage: lambda(
        images.memoryMegabytes,
        Math.min(images.reservedConcurrency, Math.max(1, account.concurrentExecutions - unreserved)),
      ),
      recordImages: lambda(database.memoryMegabytes, database.recordConcurrency),
      writeProducts: lambda(database.memoryMegabytes, database.mostWriters),
      parseSpreadsheet: lambda(parsing.memoryMegabytes, unreserved),
      /** register-import, check-feed, deactivate-missing, plan-images and finish-import. */
      statements: lambda(database.memoryMegabytes, unreserved),
    },
    hosts: Array.from({ length: scenario.hosts }, () => new Host(scenario.hostLimit)),
    /** Of the database. */
    processors: new Semaphore(loop, vCpus(database.instanceType)),
    dispatch: new TokenBucket(loop, { perSecond: quotas.stepFunctions.expressChildrenPerSecond }),
    imports: Array.from({ length: scenario.imports }, (_, index) => ({
      index,
      images: scenario.products * scenario.imagesPerProduct,
      /** Children of "Convert images" and of "Write products". */
      children: new Semaphore(loop, Math.min(images.mostLanes, quotas.stepFunctions.mapConcurrency)),
      writers: new Semaphore(loop, database.writersPerImport),
      /** The supplier's prefix in the images bucket. */
      prefix: new TokenBucket(loop, {
        perSecond: quotas.s3.putsPerSecondAndPrefix,
        burst: quotas.s3.putsPerSecondAndPrefix,
      }),
    })),
    rowsWritten: new Meter(loop),
    puts: new Meter(loop),
    converted: new Meter(loop),
    rounds: { count: 0 },
    /** Of Standard executions. */
    transitions: new Meter(loop),
    express: { children: 0, billedSeconds: 0, longestSeconds: 0 },
    /** Images without a recorded outcome at the end, which a sweep collects; chunks of products that stayed throttled. */
    left: { images: 0, chunks: 0 },
    /** Longest of each over all imports, seconds. */
    phases: { parse: 0, write: 0, convert: 0, finish: 0 },
  };
}

function randomNumbers(seed: number) {
  const generator = xoroshiro128plus(seed);
  const uniform = () => uniformFloat64(generator);
  return {
    uniform,
    logNormal(mean: number, sigma: number): number {
      const normal = Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
      return mean * Math.exp(sigma * normal - sigma ** 2 / 2);
    },
  };
}
