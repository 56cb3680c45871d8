import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { baselineIops } from '../settings/baseline-iops.ts';
import { alarmingConnections, maxConnections } from '../settings/max-connections.ts';
import type { AlarmDefinition } from './alarm-definition.ts';
import type { ObservedParts } from './observed-parts.ts';

const period = Duration.minutes(5);
/** 15 minutes near a limit are no peak that passes. */
const sustained = { evaluationPeriods: 3 };
const average = { statistic: Stats.AVERAGE, period };

/**
 * Alarms on the limits of the instance, by id; of one that was there already nobody here knows more than that its CPU has
 * 100 %.
 */
export function databaseAlarms(parts: ObservedParts): Record<string, AlarmDefinition> {
  return {
    DatabaseCpu: {
      says: 'The database has used more than 80 % of its CPU for 15 minutes.',
      runbook: 'The database is at its CPU limit',
      metric: parts.database.instance.metricCPUUtilization(average),
      threshold: 80,
      ...sustained,
    },
    ...(parts.settings.database.existing === null && ownInstanceAlarms(parts)),
  };
}

function ownInstanceAlarms({ database: { instance }, settings }: ObservedParts): Record<string, AlarmDefinition> {
  const { instanceType, storageGigabytes } = settings.database;
  const connections = maxConnections(instanceType);
  const iops = baselineIops(storageGigabytes);
  return {
    ...(connections !== null && {
      DatabaseConnections: {
        says: `The database has had more than 80 % of its ${connections} connections for 15 minutes.`,
        runbook: 'The database has too many connections',
        metric: instance.metricDatabaseConnections({ statistic: Stats.MAXIMUM, period }),
        threshold: alarmingConnections(connections),
        ...sustained,
      },
    }),
    DatabaseIops: {
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
    },
    DatabaseStorage: {
      says: 'The database has less than 5 % of its storage free, and RDS has not added any.',
      runbook: 'The database runs out of storage',
      metric: instance.metricFreeStorageSpace({ statistic: Stats.MINIMUM, period }),
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      // RDS adds storage by itself below 10 %, up to its limit and once in six hours.
      threshold: Math.round(0.05 * storageGigabytes * 1024 ** 3),
      ...sustained,
    },
  };
}
