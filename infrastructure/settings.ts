import { z } from 'zod';
import { conversionSettingsSchema } from '../functions/convert-image/conversion-settings.ts';

/**
 * Everything that sets the pace, the limits and the size of a deployment, in one place. Override any of it with a JSON
 * file: `npm run deploy -- -c settings=production.json`.
 */
export const settingsSchema = z.strictObject({
  images: z
    .strictObject({
      /** Images in a child of "Convert images", and messages in an invocation of convert-queued. */
      batchSize: z.number().int().min(1).max(40).default(10),
      /** Images of one batch converted at once; below batchSize a batch takes several rounds. */
      batchConcurrency: z.number().int().min(1).max(40).default(10),
      /** Children of "Convert images" at once: times batchConcurrency, the Lambdas one import asks for. */
      mapConcurrency: z.number().int().min(1).max(1000).default(80),
      /** Failed children, in percent, that "Convert images" bears: their images stay owed, and a sweep collects them. */
      toleratedFailurePercentage: z.number().min(0).max(100).default(5),
      /** Seconds and MB of convert-image: 1,769 MB are one vCPU. */
      timeoutSeconds: z.number().int().min(10).max(120).default(45),
      memoryMegabytes: z.number().int().min(512).max(10240).default(1769),
      /** convert-image may use so many of the account's concurrent executions. */
      reservedConcurrency: z.number().int().min(1).default(800),
    })
    .prefault({}),
  /** What convert-image is told: renditions, quality, limits, timeouts. */
  conversion: conversionSettingsSchema.prefault({}),
  database: z
    .strictObject({
      /** Children of "Write products" at once. */
      writeConcurrency: z.number().int().min(1).max(40).default(4),
      /** Concurrent runs of record-images over all imports: that many connections write image outcomes. */
      recordConcurrency: z.number().int().min(1).default(10),
      instanceType: z.string().default('m8g.large'),
      /** GiB of gp3; from 400 GiB a PostgreSQL instance has 12,000 IOPS at the storage's price. */
      storageGigabytes: z.number().int().min(20).default(400),
      multiAz: z.boolean().default(true),
      deletionProtection: z.boolean().default(true),
      backupDays: z.number().int().min(0).max(35).default(14),
    })
    .prefault({}),
  sweep: z
    .strictObject({
      everyHours: z.number().int().min(1).max(24).default(2),
      /** Invocations of convert-queued at once: the pace at which the queue drains. */
      queueConcurrency: z.number().int().min(2).max(1000).default(10),
      /** Receives of a message before it is moved to the dead-letter queue. */
      maxReceiveCount: z.number().int().min(1).max(1000).default(4),
    })
    .prefault({}),
});
export type Settings = z.output<typeof settingsSchema>;

export const defaultSettings: Settings = settingsSchema.parse({});
