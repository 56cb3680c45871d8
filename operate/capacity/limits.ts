import { baselineIops } from '../../infrastructure/settings/baseline-iops.ts';
import { maxConnections } from '../../infrastructure/settings/max-connections.ts';
import { quotas } from './quotas.ts';
import { assumptions } from './scenario.ts';
import type { Simulation } from './simulate.ts';

export type Limit = {
  name: string;
  /** The most at any time, or in any second. */
  peak: number;
  /** What is allowed; null where it is not known. */
  allowed: number | null;
  /** Where the allowance comes from. */
  source: 'setting' | 'quota' | 'suppliers';
  /** Seconds of the run in which something waited for it; null where nothing waits in line. */
  saturatedSeconds: number | null;
};

/** Every limit that the run met or could have met, the one that was waited for longest first. */
export function limitsOf(simulation: Simulation): Limit[] {
  const { functions, hosts, imports, scenario, settings, puts, rowsWritten, dispatch, processors, transitions, left } =
    simulation;
  const { convertImage, recordImages, writeProducts, statements } = functions;
  const { images, database, account } = settings;
  const longest = (waits: readonly { saturatedSeconds: number }[]) =>
    Math.max(0, ...waits.map(({ saturatedSeconds }) => saturatedSeconds));
  const peakOf = (all: readonly { peak: number }[]) => Math.max(0, ...all.map(({ peak }) => peak));
  const limits: Limit[] = [
    {
      name: 'images of one host at once (host limit)',
      ...{ peak: peakOf(hosts), allowed: scenario.hostLimit, source: 'suppliers', saturatedSeconds: null },
    },
    {
      name: 'children of one import at once (images.mostLanes)',
      ...{ peak: peakOf(imports.map(({ children }) => children)), allowed: images.mostLanes, source: 'setting' },
      saturatedSeconds: longest(imports.map(({ children }) => children)),
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
      name: 'write-products of one import at once (database.writersPerImport)',
      ...{ peak: peakOf(imports.map(({ writers }) => writers)), allowed: database.writersPerImport, source: 'setting' },
      saturatedSeconds: longest(imports.map(({ writers }) => writers)),
    },
    {
      name: 'write-products over all imports (database.mostWriters)',
      ...{ peak: writeProducts.peak, allowed: writeProducts.options.concurrency, source: 'setting' },
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
      name: 'messages in flight, were a sweep to queue what is left',
      peak: Math.ceil(left.images / images.batchSize),
      ...{ allowed: quotas.sqs.inFlightMessages, source: 'quota', saturatedSeconds: null },
    },
    {
      name: 'S3 PUT/s under one prefix, all imports under one at worst',
      ...{ peak: puts.peak, allowed: quotas.s3.putsPerSecondAndPrefix, source: 'quota' },
      saturatedSeconds: longest(imports.map(({ prefix }) => prefix)),
    },
    {
      name: 'database connections',
      peak: recordImages.environments + writeProducts.environments + statements.environments,
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
