import { Duration } from 'aws-cdk-lib';
import { storingSeconds } from '../../functions/convert-image/conversion-settings.ts';
import { batchBytes } from '../../functions/shared/images/image-batches.ts';
import { worstCaseSeconds } from '../../workflows/express-time.ts';
import { maxConnections } from './max-connections.ts';
import type { Settings } from './settings.ts';

/** Express executions end after five minutes. */
const expressSeconds = 300;
/** convert-queued waits for an Express execution and some seconds more. */
export const queueConsumerSeconds = 310;
/** Messages of the image queue, each a batch of images, in one invocation of convert-queued. */
export const messagesPerBatch = 5;
/** Runs of sweep-images at once: the schedule's and a person's. */
export const sweepConcurrency = 2;
/** Lambda keeps so many concurrent executions for functions without a reservation. */
const unreserved = 100;
/** Input of a state, bytes: 256 KiB. https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const payloadBytes = 256 * 1024;
/** What the outcome of one image may take beside its item, bytes: a sentence of a failure, or so much a rendition. */
const outcomeBytes = 1_000;
const renditionBytes = 500;
/** Hours for which sweep-images believes that an image it claimed is in the queue (claim-due-images.ts). */
export const queueClaimHours = 3;
/** Connections of the application's role (functions/migrate/grant-application.ts). */
export const roleConnectionLimit = 100;

/** write-products over all imports. */
export function writeProductsConcurrency({ database }: Settings): number {
  return database.writeConcurrency * database.importsAtOnce;
}

/** Concurrent executions taken out of the account's pool. */
export function reservedConcurrency(settings: Settings): number {
  const { images, database, sweep } = settings;
  return (
    images.reservedConcurrency +
    writeProductsConcurrency(settings) +
    database.recordConcurrency +
    sweep.queueConcurrency +
    sweepConcurrency
  );
}

/** Connections of all functions at their busiest: each holds one, and every import runs one more state at a time. */
export function writerConnections(settings: Settings): number {
  const { database } = settings;
  return writeProductsConcurrency(settings) + database.recordConcurrency + sweepConcurrency + database.importsAtOnce;
}

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
      images.mapConcurrency > images.reservedConcurrency,
    )`One import asks for ${images.mapConcurrency} runs of convert-image (images.mapConcurrency), images.reservedConcurrency is ${images.reservedConcurrency}: raise it or lower that`,
    ...when(
      reserved > account.concurrentExecutions - unreserved,
    )`${reserved} concurrent executions are reserved, account.concurrentExecutions allows ${account.concurrentExecutions - unreserved}: have the quota raised, or lower images.reservedConcurrency and with it images.mapConcurrency`,
  ];
}

function queue({ sweep, images }: Settings): string[] {
  const visible = 6 * queueConsumerSeconds;
  const hours = (sweep.visibilityTimeoutSeconds * sweep.maxReceiveCount) / 3600;
  const asked = sweep.queueConcurrency * messagesPerBatch;
  return [
    ...when(
      sweep.visibilityTimeoutSeconds < visible,
    )`sweep.visibilityTimeoutSeconds is ${sweep.visibilityTimeoutSeconds}, AWS asks for six times the consumer's timeout: raise it to ${visible}`,
    ...when(
      hours > queueClaimHours,
    )`A message may be in the queue for ${hours.toFixed(1)} hours (sweep.visibilityTimeoutSeconds × maxReceiveCount), after ${queueClaimHours} a sweep sends its image again: lower sweep.maxReceiveCount`,
    ...when(
      asked > images.reservedConcurrency,
    )`The queue asks for ${asked} runs of convert-image (${messagesPerBatch} times sweep.queueConcurrency), images.reservedConcurrency is ${images.reservedConcurrency}: lower sweep.queueConcurrency`,
  ];
}

function connections(settings: Settings): string[] {
  const { database } = settings;
  const writers = writerConnections(settings);
  const tooMany = when(
    writers > roleConnectionLimit,
  )`The functions take up to ${writers} connections, their role is allowed ${roleConnectionLimit}: lower database.importsAtOnce, writeConcurrency or recordConcurrency`;
  if (database.existing !== null) return tooMany;
  const allowed = maxConnections(database.instanceType);
  if (allowed === null) {
    return [`database.instanceType ${database.instanceType} is unknown: expected a Graviton class such as m8g.large`];
  }
  return [
    ...tooMany,
    ...when(
      roleConnectionLimit > allowed,
    )`The functions' role is allowed ${roleConnectionLimit} connections, a db.${database.instanceType} takes about ${allowed}: choose a larger database.instanceType`,
  ];
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
