import { z } from 'zod';
import { conversionSettingsSchema } from '../../functions/convert-image/conversion-settings.ts';

/** A VPC that is there already. Ids are given rather than looked up, so that synthesis needs no account. */
const existingVpcSchema = z.strictObject({
  vpcId: z.string().regex(/^vpc-[0-9a-f]{8,17}$/),
  availabilityZones: z.array(z.string()).min(2),
  /** One per availability zone, in their order: subnets without a way to the internet, and their route tables. */
  isolatedSubnetIds: z.array(z.string().regex(/^subnet-[0-9a-f]{8,17}$/)).min(2),
  isolatedSubnetRouteTableIds: z.array(z.string().regex(/^rtb-[0-9a-f]{8,17}$/)).min(2),
  /**
   * Services that the VPC gets an endpoint of, since it has no way to them yet. Interface endpoints leave the names of
   * their service to the VPC (no private DNS), and S3's gateway lets all traffic of the route tables through.
   */
  endpoints: z.array(z.enum(['s3', 'secretsmanager', 'sqs'])).default([]),
});

/** An RDS for PostgreSQL instance that is there already, in the existing VPC. */
const existingInstanceSchema = z.strictObject({
  instanceIdentifier: z.string().min(1),
  endpointAddress: z.string().min(1),
  port: z.number().int().default(5432),
  securityGroupId: z.string().regex(/^sg-[0-9a-f]{8,17}$/),
  /** Complete ARNs of secrets with host, port, dbname, username and password, as RDS writes them. */
  ownerSecretArn: z.string().regex(/^arn:[^:]+:secretsmanager:/),
  applicationSecretArn: z.string().regex(/^arn:[^:]+:secretsmanager:/),
  /** Keys of the account that the secrets are encrypted with; none where it is Secrets Manager's own. */
  secretKeyArns: z.array(z.string().regex(/^arn:[^:]+:kms:/)).default([]),
});

/**
 * Everything that sets the pace, the limits and the size of a deployment, in one place. Override any of it with a JSON
 * file, `npm run deploy -- -c settings=FILE.json`, on top of a named environment, `-c environment=development`
 * (environments.ts). check-settings.ts says which values fit together.
 */
export const settingsSchema = z.strictObject({
  account: z
    .strictObject({
      /** The Region's Lambda quota "Concurrent executions"; 100 of them cannot be reserved. New accounts start at 10. */
      concurrentExecutions: z.number().int().min(10).default(1000),
      /** False: no function has a reservation, which an account of few executions does not allow. */
      reserveConcurrency: z.boolean().default(true),
    })
    .prefault({}),
  images: z
    .strictObject({
      /** Images in a batch at most: an Express child, and a message of the image queue. */
      batchSize: z.number().int().min(1).max(100).default(60),
      /** Requests at once that a host is sent at most, where no supplier allows more: its pace grows up to it. */
      mostPerHost: z.number().int().min(1).max(1000).default(64),
      /** Images converted at once over all hosts, imports and the queue: the Lambdas they ask for. */
      mostLanes: z.number().int().min(1).default(400),
      /** Hosts of one import at once, each with a Map Run: an account has 1,000 of those open. */
      hostsAtOnce: z.number().int().min(1).max(100).default(20),
      /** Failed batches, in percent, that a Take bears: their images stay owed, for the next Take or a sweep. */
      toleratedFailurePercentage: z.number().min(0).max(100).default(100),
      /** Seconds and MB of convert-image: 1,769 MB are one vCPU. */
      timeoutSeconds: z.number().int().min(10).max(120).default(55),
      memoryMegabytes: z.number().int().min(512).max(10240).default(1769),
      /** convert-image may use so many of the account's concurrent executions, over all imports and the queue. */
      reservedConcurrency: z.number().int().min(1).default(420),
      /** Host name and us-east-1 certificate of the images' CDN; both null: a cloudfront.net name, which allows TLS 1.0. */
      domainName: z.string().nullable().default(null),
      certificateArn: z.string().regex(/^arn:/).nullable().default(null),
    })
    .prefault({}),
  /** What convert-image is told: renditions, quality, limits, timeouts. */
  conversion: conversionSettingsSchema.prefault({}),
  parsing: z
    .strictObject({
      /** Of parse-spreadsheet; its state gives up after 15 minutes, as Lambda does. */
      timeoutSeconds: z.number().int().min(30).max(890).default(840),
      /** Twice the heap in which .xls, .xlsb and .ods are converted, at least. */
      memoryMegabytes: z.number().int().min(2048).max(10240).default(3008),
    })
    .prefault({}),
  network: z
    .strictObject({
      /** Null makes a VPC of its own. */
      existing: existingVpcSchema.nullable().default(null),
    })
    .prefault({}),
  database: z
    .strictObject({
      /** Children of "Write products" at once over all imports: that many connections write products. */
      mostWriters: z.number().int().min(1).max(1000).default(40),
      /** Those of them that one import is admitted with, where not many write. */
      writersPerImport: z.number().int().min(1).max(40).default(4),
      /** Concurrent runs of record-images over all imports: that many connections write image outcomes. */
      recordConcurrency: z.number().int().min(1).default(10),
      /** Concurrent runs of take-images over all imports. */
      takeConcurrency: z.number().int().min(1).default(10),
      /** Concurrent runs of each other function that the database answers to. */
      stateConcurrency: z.number().int().min(1).default(5),
      /** Of the functions that run short statements; "Write product chunk" gives up after 120 seconds. */
      timeoutSeconds: z.number().int().min(10).max(110).default(60),
      /** Of record-images, inside the five minutes of an Express execution. */
      recordTimeoutSeconds: z.number().int().min(5).max(60).default(30),
      memoryMegabytes: z.number().int().min(256).max(10240).default(512),
      /** Null makes an instance of its own, as the settings below say. */
      existing: existingInstanceSchema.nullable().default(null),
      /** A Graviton class, without the `db.` */
      instanceType: z.string().default('m8g.large'),
      /** GiB of gp3; from 400 GiB a PostgreSQL instance has 12,000 IOPS at the storage's price. */
      storageGigabytes: z.number().int().min(20).default(400),
      multiAz: z.boolean().default(true),
      deletionProtection: z.boolean().default(true),
      /**
       * What becomes of the instance with its stack: kept with all that it needs, deleted after a last snapshot, or deleted.
       * One of a first deployment that fails is deleted in any case.
       */
      whenDestroyed: z.enum(['keep', 'snapshot', 'delete']).default('keep'),
      backupDays: z.number().int().min(1).max(35).default(14),
      /** Days after which the owner's password is replaced. */
      rotateAfterDays: z.number().int().min(1).max(365).default(30),
    })
    .prefault({}),
  sweep: z
    .strictObject({
      everyHours: z.number().int().min(1).max(12).default(2),
      /** Invocations of convert-queued at once: the pace at which the queue drains. */
      queueConcurrency: z.number().int().min(2).max(1000).default(10),
      /** How long a received message stays hidden: six times the 310 s of convert-queued, as AWS asks for. */
      visibilityTimeoutSeconds: z.number().int().min(0).max(43_200).default(1860),
      /** Receives of a message before it is moved to the dead-letter queue. */
      maxReceiveCount: z.number().int().min(1).max(1000).default(4),
    })
    .prefault({}),
  retention: z
    .strictObject({
      /** Of the functions' and state machines' logs. */
      logDays: z.literal([7, 14, 30, 60, 90, 180, 365, 731]).default(90),
      /** Files that pass between the states of an import. */
      workDays: z.number().int().min(3).default(14),
      /** What imports changed: for so long they can be undone. */
      changeDays: z.number().int().min(1).default(90),
      reportDays: z.number().int().min(30).default(365),
      /** Uploads move to cheaper storage after so many days; they are never deleted. */
      uploadDaysToInfrequentAccess: z.number().int().min(30).default(30),
      /** Whether deleting the stack leaves the buckets. */
      keepData: z.boolean().default(true),
    })
    .prefault({}),
  observability: z
    .strictObject({
      /** Mail address that alarms go to, once its owner has confirmed; null: the topic waits for other subscribers. */
      alarmEmail: z.email().nullable().default(null),
      /** Mail address that every finished import is reported to. */
      importEmail: z.email().nullable().default(null),
      /** Where people read RUNBOOK.md: alarms link to its entries. */
      runbookUrl: z.string().min(1).default('RUNBOOK.md'),
      /** Hours that an owed image may be overdue. */
      oldestWaitingHours: z.number().int().min(1).default(6),
    })
    .prefault({}),
});
export type Settings = z.output<typeof settingsSchema>;

export const defaultSettings: Settings = settingsSchema.parse({});
