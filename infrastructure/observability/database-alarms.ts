import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { alarmingConnections, maxConnections } from '../settings/max-connections.ts';
import type { Alarms } from './alarms.ts';
import type { ObservedParts } from './observability.ts';

const period = Duration.minutes(5);
/** 15 minutes near a limit are no peak that passes. */
const sustained = { evaluationPeriods: 3 };
const average = { statistic: Stats.AVERAGE, period };

/**
 * IOPS that RDS gives PostgreSQL on gp3 by the storage's size, without extra charge.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html#gp3-storage
 */
function baselineIops(storageGigabytes: number): number {
  return storageGigabytes >= 400 ? 12_000 : 3_000;
}

/** The limits of the instance; of one that was there already nobody here knows more than that its CPU has 100 %. */
export function alarmOnDatabase(alarms: Alarms, parts: ObservedParts): void {
  alarms.add('DatabaseCpu', {
    says: 'The database has used more than 80 % of its CPU for 15 minutes.',
    runbook: 'The database is at its CPU limit',
    metric: parts.database.instance.metricCPUUtilization(average),
    threshold: 80,
    ...sustained,
  });
  if (parts.settings.database.existing === null) alarmOnOwnInstance(alarms, parts);
}

function alarmOnOwnInstance(alarms: Alarms, { database: { instance }, settings: { database } }: ObservedParts): void {
  const connections = maxConnections(database.instanceType);
  if (connections !== null) {
    alarms.add('DatabaseConnections', {
      says: `The database has had more than 80 % of its ${connections} connections for 15 minutes.`,
      runbook: 'The database has too many connections',
      metric: instance.metricDatabaseConnections({ statistic: Stats.MAXIMUM, period }),
      threshold: alarmingConnections(connections),
      ...sustained,
    });
  }
  const iops = baselineIops(database.storageGigabytes);
  alarms.add('DatabaseIops', {
    says: `The database has used more than 80 % of its ${iops} IOPS for 15 minutes.`,
    runbook: 'The database is at its IOPS limit',
    metric: new MathExpression({
      expression: 'reads + writes',
      usingMetrics: { reads: instance.metricReadIOPS(average), writes: instance.metricWriteIOPS(average) },
      label: 'IOPS',
      period,
    }),
    threshold: 0.8 * iops,
    ...sustained,
  });
  alarms.add('DatabaseStorage', {
    says: 'The database has less than 5 % of its storage free, and RDS has not added any.',
    runbook: 'The database runs out of storage',
    metric: instance.metricFreeStorageSpace({ statistic: Stats.MINIMUM, period }),
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    // RDS adds storage by itself below 10 %, up to its limit and once in six hours.
    threshold: Math.round(0.05 * database.storageGigabytes * 1024 ** 3),
    ...sustained,
  });
}
