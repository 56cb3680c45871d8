import { Duration } from 'aws-cdk-lib';
import { storingSeconds } from '../../functions/convert-image/conversion-settings.ts';
import { batchBytes } from '../../functions/shared/images/image-batches.ts';
import { expressSeconds, worstCaseSeconds } from '../../workflows/express-time.ts';
import { reservedConcurrency, roleConnectionLimit, sharedConcurrency, unreservedConcurrency } from './concurrency.ts';
import { alarmingConnections, maxConnections } from './max-connections.ts';
import type { Settings } from './settings.ts';

/** convert-queued waits for an Express execution and some seconds more. */
export const queueConsumerSeconds = expressSeconds + 10;
/** Input of a state, bytes: 256 KiB. https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const payloadBytes = 256 * 1024;
/** What the outcome of one image may take beside its item, bytes: a sentence of a failure, or so much a rendition. */
const outcomeBytes = 1_000;
const renditionBytes = 500;
/** Hours for which sweep-images believes that an image it claimed is in the queue (claim-due-images.ts). */
export const queueClaimHours = 3;
/** What does not fit together in `settings`, one line each that says what to change; empty where all is well. */
export function checkSettings(settings: Settings): string[] {
  return [...pace(settings), ...queue(settings), ...connections(settings), ...places(settings)];
}

function pace(settings: Settings): string[] {
  const { images, conversion, database, account } = settings;
  const worst = worstCaseSeconds({
    convertTimeout: Duration.seconds(images.timeoutSeconds),
    recordTimeout: Duration.seconds(database.recordTimeoutSeconds),
  });
  const needed = conversion.timeouts.total + conversion.timeouts.conversion + storingSeconds;
  const payload =
    batchBytes + images.batchSize * (outcomeBytes + renditionBytes * Object.keys(conversion.renditions).length);
  const reserved = reservedConcurrency(settings);
  return [
    ...when(
      worst >= expressSeconds,
    )`A batch of images takes up to ${worst} s, an Express execution ends after ${expressSeconds} s: lower images.timeoutSeconds`,
    ...when(
      needed > images.timeoutSeconds,
    )`One image takes up to ${needed} s (conversion.timeouts.total + conversion + ${storingSeconds}), images.timeoutSeconds is ${images.timeoutSeconds}: raise it or lower those`,
    ...when(
      payload > payloadBytes,
    )`A batch of ${images.batchSize} images takes up to ${payload} bytes, a state's input at most ${payloadBytes}: lower images.batchSize`,
    ...when(
      images.mostLanes > images.reservedConcurrency,
    )`${images.mostLanes} images are converted at once (images.mostLanes), images.reservedConcurrency is ${images.reservedConcurrency}: raise it or lower that`,
    ...when(
      !account.reserveConcurrency && sharedConcurrency(settings) > account.concurrentExecutions,
    )`${sharedConcurrency(settings)} functions run at once at the busiest, account.concurrentExecutions is ${account.concurrentExecutions}: lower images.mostLanes, sweep.queueConcurrency or database.mostWriters`,
    ...when(
      account.reserveConcurrency && reserved > account.concurrentExecutions - unreservedConcurrency,
    )`${reserved} concurrent executions are reserved, account.concurrentExecutions allows ${account.concurrentExecutions - unreservedConcurrency}: have the quota raised, or lower images.reservedConcurrency and with it images.mostLanes`,
  ];
}

function queue({ sweep }: Settings): string[] {
  const visible = 6 * queueConsumerSeconds;
  const hours = (sweep.visibilityTimeoutSeconds * sweep.maxReceiveCount) / 3600;
  return [
    ...when(
      sweep.visibilityTimeoutSeconds < visible,
    )`sweep.visibilityTimeoutSeconds is ${sweep.visibilityTimeoutSeconds}, AWS asks for six times the consumer's timeout: raise it to ${visible}`,
    ...when(
      hours > queueClaimHours,
    )`A message may be in the queue for ${hours.toFixed(1)} hours (sweep.visibilityTimeoutSeconds × maxReceiveCount), after ${queueClaimHours} a sweep sends its image again: lower sweep.maxReceiveCount`,
  ];
}

function connections(settings: Settings): string[] {
  const { database } = settings;
  if (database.existing !== null) return [];
  const limit = roleConnectionLimit(settings);
  const allowed = maxConnections(database.instanceType);
  if (allowed === null) {
    return [`database.instanceType ${database.instanceType} is unknown: expected a Graviton class such as m8g.large`];
  }
  const alarming = alarmingConnections(allowed);
  return when(
    limit > alarming,
  )`The functions take up to ${limit} connections, more than ${alarming} raise the alarm of a db.${database.instanceType}: choose a larger database.instanceType, or lower database.mostWriters, recordConcurrency, takeConcurrency or stateConcurrency`;
}

function places({ network, database, images }: Settings): string[] {
  const { existing } = network;
  const subnets = existing?.isolatedSubnetIds.length;
  const fit =
    subnets === existing?.availabilityZones.length && subnets === existing?.isolatedSubnetRouteTableIds.length;
  return [
    ...when(
      database.existing !== null && existing === null,
    )`database.existing is set and network.existing is not: name the VPC that the database is in`,
    ...when(
      !fit,
    )`network.existing lists ${subnets} subnets for ${existing?.availabilityZones.length} availability zones and ${existing?.isolatedSubnetRouteTableIds.length} route tables: expected one of each`,
    ...when(
      (images.domainName === null) !== (images.certificateArn === null),
    )`images.domainName and images.certificateArn go together: set both or neither`,
  ];
}

/** The line, where `broken`. */
function when(broken: boolean): (text: TemplateStringsArray, ...values: unknown[]) => string[] {
  return (text, ...values) => (broken ? [String.raw({ raw: text }, ...values)] : []);
}
