import { baselineIops } from '../../infrastructure/settings/baseline-iops.ts';
import { databaseConcurrency } from '../../infrastructure/settings/concurrency.ts';
import { maxConnections } from '../../infrastructure/settings/max-connections.ts';
import { quotas } from './quotas.ts';
import { assumptions } from './scenario.ts';
import type { Simulation } from './simulation/simulate.ts';

export type Limit = {
  name: string;
  /** The most at any time, or in any second. */
  peak: number;
  /** What is allowed; null where it is not known. */
  allowed: number | null;
  /** Where the allowance comes from. */
  source: 'setting' | 'quota';
  /** Seconds of the run in which something waited for it; null where nothing waits in line. */
  saturatedSeconds: number | null;
};

/** Every limit that the run met or could have met, the one that was waited for longest first. */
export function limitsOf(simulation: Simulation): Limit[] {
  const { functions, hosts, imports, settings, puts, rowsWritten, dispatch, processors, transitions, bounds, prefix } =
    simulation;
  const { 'convert-image': convertImage, 'record-images': recordImages, 'write-products': writeProducts } = functions;
  const { images, database, account } = settings;
  const databaseFunctions = Object.keys(databaseConcurrency(settings)) as (keyof ReturnType<
    typeof databaseConcurrency
  >)[];
  const longest = (waits: readonly { saturatedSeconds: number }[]) =>
    Math.max(0, ...waits.map(({ saturatedSeconds }) => saturatedSeconds));
  const peakOf = (all: readonly { peak: number }[]) => Math.max(0, ...all.map(({ peak }) => peak));
  const limits: Limit[] = [
    {
      name: 'requests to one host at once (images.mostPerHost)',
      ...{ peak: peakOf([...hosts.values()]), allowed: images.mostPerHost, source: 'setting', saturatedSeconds: null },
    },
    {
      name: 'hosts of one import at once (images.hostsAtOnce)',
      ...{ peak: peakOf(imports.map((one) => one.hosts)), allowed: images.hostsAtOnce, source: 'setting' },
      saturatedSeconds: longest(imports.map((one) => one.hosts)),
    },
    {
      name: 'images converted at once over all hosts (images.mostLanes)',
      ...{ peak: convertImage.peak, allowed: images.mostLanes, source: 'setting', saturatedSeconds: null },
    },
    {
      name: 'convert-image at once (images.reservedConcurrency)',
      ...{ peak: convertImage.peak, allowed: convertImage.options.concurrency, source: 'setting' },
      saturatedSeconds: convertImage.throttledSeconds.size,
    },
    {
      name: 'record-images at once (database.recordConcurrency)',
      ...{ peak: recordImages.peak, allowed: database.recordConcurrency, source: 'setting' },
      saturatedSeconds: recordImages.throttledSeconds.size,
    },
    {
      name: 'writers over all imports (database.mostWriters)',
      ...{ peak: bounds.writers, allowed: database.mostWriters, source: 'setting' },
      saturatedSeconds: writeProducts.throttledSeconds.size,
    },
    {
      name: 'statements at once (vCPUs of database.instanceType)',
      ...{ peak: processors.peak, allowed: processors.limit, source: 'setting' },
      saturatedSeconds: processors.saturatedSeconds,
    },
    {
      name: 'Express children started a second',
      ...{ peak: dispatch.passed.peak, allowed: quotas.stepFunctions.expressChildrenPerSecond, source: 'quota' },
      saturatedSeconds: dispatch.saturatedSeconds,
    },
    {
      name: 'transitions of Standard executions a second',
      ...{ peak: transitions.peak, allowed: quotas.stepFunctions.transitionsPerSecond, source: 'quota' },
      saturatedSeconds: null,
    },
    {
      name: 'all functions at once, sum of their peaks (account.concurrentExecutions)',
      peak: Object.values(functions).reduce((sum, { peak }) => sum + peak, 0),
      ...{ allowed: account.concurrentExecutions, source: 'quota', saturatedSeconds: null },
    },
    {
      name: 'messages in flight, were a sweep to queue all that is swept at once',
      peak: Math.ceil((simulation.left.images + simulation.sweeps.images) / images.batchSize),
      ...{ allowed: quotas.sqs.inFlightMessages, source: 'quota', saturatedSeconds: null },
    },
    {
      name: 'S3 PUT/s under one prefix, all imports under one at worst',
      ...{ peak: puts.peak, allowed: quotas.s3.putsPerSecondAndPrefix, source: 'quota' },
      saturatedSeconds: prefix.saturatedSeconds,
    },
    {
      name: 'database connections',
      peak: databaseFunctions.reduce((sum, name) => sum + functions[name].environments, 0),
      ...{ allowed: maxConnections(database.instanceType), source: 'quota', saturatedSeconds: null },
    },
    {
      name: `I/O operations/s, ${assumptions.operationsPerRow} for each row written`,
      peak: rowsWritten.peak * assumptions.operationsPerRow,
      allowed: baselineIops(database.storageGigabytes),
      ...{ source: 'quota', saturatedSeconds: null },
    },
  ];
  return limits.sort((a, b) => (b.saturatedSeconds ?? 0) - (a.saturatedSeconds ?? 0));
}
