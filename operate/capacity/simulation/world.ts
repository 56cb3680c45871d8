import { databaseConcurrency, reservedConcurrency } from '../../../infrastructure/settings/concurrency.ts';
import type { Settings } from '../../../infrastructure/settings/settings.ts';
import { quotas, vCpus } from '../quotas.ts';
import { assumptions, type Scenario } from '../scenario.ts';
import { EventLoop } from './event-loop.ts';
import { ImageHost } from './image-hosts.ts';
import { Images } from './images.ts';
import { LambdaFunction } from './lambda-function.ts';
import { LaneLedger } from './lane-ledger.ts';
import { randomNumbers } from './random.ts';
import { Meter, Semaphore, TokenBucket } from './resources.ts';

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
export type FunctionName = keyof World['functions'];

/** All that the imports share and what is counted about it. */
export function createWorld(scenario: Scenario, settings: Settings, platform: Platform) {
  const loop = new EventLoop();
  const random = randomNumbers(scenario.seed);
  const hosts = Array.from(
    { length: scenario.hosts },
    (_, index) => new ImageHost(`host-${index + 1}`, scenario.hostKind, loop, random),
  );
  return {
    scenario,
    settings,
    platform,
    loop,
    random,
    functions: lambdas(loop, settings, platform),
    hosts: new Map(hosts.map((host) => [host.name, host])),
    ledger: new LaneLedger(loop),
    images: imagesOf(scenario, hosts),
    /** Of the database. */
    processors: new Semaphore(loop, vCpus(settings.database.instanceType)),
    dispatch: new TokenBucket(loop, { perSecond: quotas.stepFunctions.expressChildrenPerSecond }),
    imports: Array.from({ length: scenario.imports }, (_, index) => importOf(loop, settings, index + 1)),
    /** The supplier's prefix in the images bucket, all imports under one at worst. */
    prefix: new TokenBucket(loop, {
      perSecond: quotas.s3.putsPerSecondAndPrefix,
      burst: quotas.s3.putsPerSecondAndPrefix,
    }),
    rowsWritten: new Meter(loop),
    puts: new Meter(loop),
    /** Of Standard executions. */
    transitions: new Meter(loop),
    express: { children: 0, billedSeconds: 0, longestSeconds: 0 },
    /** Takes, and the seconds of their lanes: all until the last batch ends, and those without a batch. */
    takes: { count: 0, laneSeconds: 0, idleSeconds: 0 },
    sweeps: { count: 0, messages: 0, images: 0, endedAt: 0 },
    /** Most requests at a host beyond the lanes that were granted there, and most writers at once: never above 0, and the setting. */
    bounds: { overLanes: 0, writers: 0 },
    /** Chunks of products that stayed throttled. */
    leftChunks: 0,
    /** Longest of each over all imports, seconds. */
    phases: { parse: 0, write: 0, convert: 0, finish: 0 },
  };
}

function lambdas(loop: EventLoop, settings: Settings, platform: Platform) {
  const { images, account, parsing, database, sweep } = settings;
  const lambda = (memoryMegabytes: number, concurrency: number) =>
    new LambdaFunction(loop, { memoryMegabytes, concurrency, scaling: quotas.lambda.scaling, ...platform });
  const unreserved = Math.max(quotas.lambda.unreserved, account.concurrentExecutions - reservedConcurrency(settings));
  const reserved = databaseConcurrency(settings);
  const names = Object.keys(reserved) as (keyof typeof reserved)[];
  const databases = Object.fromEntries(names.map((name) => [name, lambda(database.memoryMegabytes, reserved[name])]));
  return {
    // More than the account has cannot be reserved.
    'convert-image': lambda(
      images.memoryMegabytes,
      Math.min(images.reservedConcurrency, Math.max(1, account.concurrentExecutions - quotas.lambda.unreserved)),
    ),
    'convert-queued': lambda(quotas.lambda.queueConsumerMegabytes, sweep.queueConcurrency),
    'parse-spreadsheet': lambda(parsing.memoryMegabytes, unreserved),
    ...(databases as Record<keyof typeof reserved, LambdaFunction>),
  };
}

function importOf(loop: EventLoop, { images }: Settings, id: number) {
  return {
    id,
    /** What it was admitted with; negative: it waits, with so many chunks; null: it does not write. */
    writers: null as number | null,
    /** Hosts at once. */
    hosts: new Semaphore(loop, images.hostsAtOnce),
    seconds: 0,
    hasFailed: false,
    hasEnded: false,
  };
}

/** What is due, and what the imports will owe: an image after the other, each of the next host. */
function imagesOf(
  { due, imports, products, imagesPerProduct, converted, hosts: count }: Scenario,
  hosts: readonly ImageHost[],
) {
  const images = new Images();
  const add = (index: number, importId: number | null) => {
    const host = hosts[index % count];
    if (host) images.add(host.name, importId);
  };
  for (let image = 0; image < due; image += 1) add(image, null);
  if (converted) return images;
  for (let one = 0; one < imports; one += 1) {
    for (let image = 0; image < products * imagesPerProduct; image += 1) add(one + image * imports, one + 1);
  }
  return images;
}
