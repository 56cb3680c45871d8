import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Database } from '../database.ts';
import type { Network } from '../network.ts';
import { databaseConcurrency } from '../settings/concurrency.ts';
import type { Settings } from '../settings/settings.ts';
import type { Storage } from '../storage.ts';
import { BundledFunction, type BundledFunctionProps } from './bundled-function.ts';

export type FunctionsProps = {
  storage: Storage;
  network: Network;
  database: Database;
  settings: Settings;
  /** Folder of the bundles, as `npm run build` leaves it. */
  bundles: string;
  /** Folder of the layer with sharp for linux/arm64, as `npm run build:assets` leaves it. */
  sharpLayer: string;
};

export type FunctionParts = ReturnType<typeof functionParts>;

/** What several functions are made of. */
export function functionParts(scope: Construct, { storage, network, database, settings, bundles }: FunctionsProps) {
  const reserved: Record<string, number> = databaseConcurrency(settings);
  const { logDays } = settings.retention;
  return {
    storage,
    network,
    settings,
    define(id: string, options: Omit<BundledFunctionProps, 'bundles' | 'logDays'>): BundledFunction {
      const wanted = options.reservedConcurrency ?? reserved[options.name];
      const reservedConcurrency = settings.account.reserveConcurrency ? wanted : undefined;
      return new BundledFunction(scope, id, { bundles, logDays, ...options, reservedConcurrency });
    },
    inside: {
      network,
      secret: database.applicationSecret,
      secretKeyArns: settings.database.existing?.secretKeyArns ?? [],
    },
    databaseSize: {
      timeout: Duration.seconds(settings.database.timeoutSeconds),
      memorySize: settings.database.memoryMegabytes,
    },
    environment: {
      workBucket: { WORK_BUCKET: storage.work.bucketName },
      reportsBucket: { REPORTS_BUCKET: storage.reports.bucketName },
    },
  };
}
