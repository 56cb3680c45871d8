import type { z } from 'zod';
import type { settingsSchema } from './settings.ts';

/** Overrides of the defaults in settings.ts, by the name given with `-c environment=NAME`; production is the default. */
export const environments = {
  production: {},
  /**
   * For a new account, whose Regions have 10 concurrent executions, none of which can be reserved: images get what is left
   * beside the queue, the writers and the short functions. Data is kept, on the smallest machine.
   */
  starter: {
    account: { concurrentExecutions: 10, reserveConcurrency: false },
    images: { mostPerHost: 4, mostLanes: 4, reservedConcurrency: 4 },
    database: {
      mostWriters: 2,
      writersPerImport: 2,
      recordConcurrency: 4,
      takeConcurrency: 2,
      stateConcurrency: 2,
      instanceType: 't4g.small',
      storageGigabytes: 20,
      multiAz: false,
      backupDays: 7,
    },
    sweep: { queueConcurrency: 2 },
    retention: { logDays: 30 },
  },
  /** A tenth of the pace on the smallest machines, in an account shared with others; nothing survives its stack. */
  development: {
    images: { mostPerHost: 16, mostLanes: 70, reservedConcurrency: 80 },
    database: {
      mostWriters: 8,
      recordConcurrency: 4,
      takeConcurrency: 4,
      stateConcurrency: 2,
      instanceType: 't4g.small',
      storageGigabytes: 20,
      multiAz: false,
      deletionProtection: false,
      whenDestroyed: 'delete',
      backupDays: 1,
    },
    sweep: { queueConcurrency: 2 },
    retention: { logDays: 14, keepData: false },
  },
} as const satisfies Record<string, z.input<typeof settingsSchema>>;

export type EnvironmentName = keyof typeof environments;

/** Name of the environment's stack: several of them may share an account. */
export const stackNames: Record<EnvironmentName, string> = {
  production: 'SupplierImport',
  starter: 'SupplierImportStarter',
  development: 'SupplierImportDevelopment',
};
