import type { Settings } from './settings.ts';

/** Lambda keeps so many concurrent executions for functions without a reservation. */
export const unreservedConcurrency = 100;
/** Messages of the image queue, each a batch of images, in one invocation of convert-queued. */
export const messagesPerBatch = 5;
/** Runs of sweep-images at once: the schedule's and a person's. */
const sweepConcurrency = 2;
/** A person's `npm run verify`. */
const verifyConcurrency = 1;
/** Undos whose states run at once: a person's. */
const undoConcurrency = 2;

/** Runs of supplier-settings at once: a person's, and a columns.xlsx's. */
export const settingsConcurrency = 2;

/**
 * Reserved concurrency of the functions that the database answers to, by their folder in functions/. Each environment holds
 * a connection while it lives, and Lambda keeps no more environments than may run: what is reserved is how many connections
 * there are, however many imports run. Who is throttled tries again (databaseRetry).
 */
export function databaseConcurrency({ database }: Settings) {
  return {
    'register-import': database.stateConcurrency,
    'supplier-settings': settingsConcurrency,
    'check-feed': database.stateConcurrency,
    'admit-writers': database.stateConcurrency,
    'write-products': database.mostWriters,
    'deactivate-missing': database.stateConcurrency,
    'plan-images': database.stateConcurrency,
    'take-images': database.takeConcurrency,
    'record-images': database.recordConcurrency,
    'finish-import': database.stateConcurrency,
    'fail-import': database.stateConcurrency,
    'sweep-images': sweepConcurrency,
    'register-undo': undoConcurrency,
    'undo-changes': database.writersPerImport,
    'finish-undo': undoConcurrency,
    'fail-undo': undoConcurrency,
    'verify-catalog': verifyConcurrency,
  };
}

/** Connections for the environments that a deployment has replaced, until their idle time is over. */
const replacedEnvironments = 20;

/** Connections that the functions' role is allowed: one for each environment that may exist. */
export function roleConnectionLimit(settings: Settings): number {
  return sum(Object.values(databaseConcurrency(settings))) + replacedEnvironments;
}

/** Concurrent executions taken out of the account's pool. */
export function reservedConcurrency(settings: Settings): number {
  const { account, images, sweep } = settings;
  if (!account.reserveConcurrency) return 0;
  return images.reservedConcurrency + sweep.queueConcurrency + sum(Object.values(databaseConcurrency(settings)));
}

/** A short state of an import or a sweep, and start-import. */
const shortFunctions = 2;

/**
 * Concurrent executions at the busiest where none are reserved: images converted or recorded at once, the queue's consumers
 * that wait for them, the writers of products, and what is short.
 */
export function sharedConcurrency({ images, database, sweep }: Settings): number {
  return images.mostLanes + sweep.queueConcurrency + database.mostWriters + shortFunctions;
}

/** Batches from the queue that are converted at once. */
export function queueLanes({ sweep }: Settings): number {
  return sweep.queueConcurrency * messagesPerBatch;
}

/** A sweep may take so long, its retries included: none is begun when less is left. */
const lastSweepSeconds = 1200;

/** Seconds for which an execution of SweepImages begins sweeps: it ends before the next one starts. */
export function sweepingSeconds({ sweep }: Settings): number {
  return sweep.everyHours * 3600 - lastSweepSeconds;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
