import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type GraphWidgetProps,
  type IMetric,
  type IWidget,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { BundledFunction } from '../functions/bundled-function.ts';
import type { ObservedParts } from './observed-parts.ts';
import { ownMetric, splitMetric } from './own-metrics.ts';

const sum = { statistic: Stats.SUM };
const maximum = { statistic: Stats.MAXIMUM };

/** Three graphs a row, from what operators ask first to what engineers ask last. */
export function createDashboard(scope: Construct, parts: ObservedParts, alarms: Alarm[]): Dashboard {
  return new Dashboard(scope, 'Dashboard', {
    defaultInterval: Duration.days(1),
    widgets: [
      [
        new AlarmStatusWidget({
          title: 'Alarms: each links to its entry in the runbook',
          alarms,
          width: 24,
          height: 4,
        }),
      ],
      [
        ...importWidgets(scope, parts),
        ...imageWidgets(scope, parts),
        ...functionWidgets(parts),
        ...databaseWidgets(parts),
      ],
    ],
  });
}

function importWidgets(scope: Construct, { workflow: { productImport } }: ObservedParts): IWidget[] {
  return [
    graph('Imports', [
      productImport.metricStarted({ ...sum, label: 'started' }),
      productImport.metricSucceeded({ ...sum, label: 'succeeded' }),
      ownMetric(scope, 'ImportsRefused', { label: 'refused: the file is at fault' }),
      ownMetric(scope, 'ImportsFailed', { label: 'failed: the system is at fault' }),
      productImport.metricAborted({ ...sum, label: 'aborted' }),
      productImport.metricTimedOut({ ...sum, label: 'timed out' }),
    ]),
    graph('Why imports were refused or failed', [
      splitMetric(scope, 'ImportsRefused'),
      splitMetric(scope, 'ImportsFailed'),
    ]),
    graph('Seconds from the upload to published', [
      ownMetric(scope, 'SecondsToPublished', { statistic: Stats.p(50), label: 'median' }),
      ownMetric(scope, 'SecondsToPublished', { ...maximum, label: 'longest' }),
    ]),
    graph(
      'Rows and products',
      [
        ownMetric(scope, 'ProductsCreated'),
        ownMetric(scope, 'ProductsUpdated'),
        ownMetric(scope, 'ProductsUnchanged'),
        ownMetric(scope, 'ProductsDeactivated'),
      ],
      { stacked: true, right: [ownMetric(scope, 'RowsRead'), ownMetric(scope, 'RowsRejected')] },
    ),
  ];
}

function imageWidgets(scope: Construct, { sweep, workflow }: ObservedParts): IWidget[] {
  return [
    graph('Images by outcome', [splitMetric(scope, 'ImagesRecorded')], { stacked: true }),
    graph('Failed images by error code', [splitMetric(scope, 'ImagesFailed')], {
      stacked: true,
      right: [ownMetric(scope, 'SuppliersFailing'), ownMetric(scope, 'ConservationBreach')],
    }),
    graph('Waiting images', [ownMetric(scope, 'WaitingImages', maximum), ownMetric(scope, 'SweepQueued')], {
      right: [ownMetric(scope, 'OldestWaitingImageSeconds', { ...maximum, label: 'seconds overdue' })],
    }),
    graph(
      'Image queue',
      [
        sweep.queue.metricApproximateNumberOfMessagesVisible({ ...maximum, label: 'waiting' }),
        sweep.queue.metricApproximateNumberOfMessagesNotVisible({ ...maximum, label: 'in work' }),
      ],
      { right: [workflow.convertImages.metricFailed({ ...sum, label: 'batches failed' })] },
    ),
    graph('Dead letters', [
      sweep.deadLetterQueue.metricApproximateNumberOfMessagesVisible({ ...maximum, label: 'images' }),
      workflow.eventDeadLetterQueue.metricApproximateNumberOfMessagesVisible({ ...maximum, label: 'events' }),
      sweep.scheduleDeadLetterQueue.metricApproximateNumberOfMessagesVisible({ ...maximum, label: 'sweeps' }),
    ]),
  ];
}

function functionWidgets({ functions }: ObservedParts): IWidget[] {
  const ofEach = (metric: (lambda: BundledFunction, label: string) => IMetric) =>
    Object.entries(functions).flatMap(([name, part]) => (part instanceof BundledFunction ? [metric(part, name)] : []));
  return [
    graph(
      'Concurrent executions',
      ofEach((lambda, label) => lambda.metric('ConcurrentExecutions', { ...maximum, label })),
    ),
    graph(
      'Errors of functions',
      ofEach((lambda, label) => lambda.metricErrors({ ...sum, label })),
    ),
    graph(
      'Throttles',
      ofEach((lambda, label) => lambda.metricThrottles({ ...sum, label })),
      { right: [functions.convertImage.metricDuration({ statistic: Stats.p(95), label: 'convertImage, ms, p95' })] },
    ),
  ];
}

function databaseWidgets({ database: { instance } }: ObservedParts): IWidget[] {
  return [
    graph('Database CPU', [instance.metricCPUUtilization({ ...maximum, label: '%' })], {
      leftYAxis: { min: 0, max: 100 },
    }),
    graph('Database connections', [instance.metricDatabaseConnections({ ...maximum, label: 'connections' })]),
    graph(
      'Database IOPS',
      [instance.metricReadIOPS({ label: 'reads' }), instance.metricWriteIOPS({ label: 'writes' })],
      {
        stacked: true,
        right: [instance.metricFreeStorageSpace({ statistic: Stats.MINIMUM, label: 'free bytes' })],
      },
    ),
  ];
}

function graph(title: string, left: IMetric[], options: Partial<GraphWidgetProps> = {}): GraphWidget {
  return new GraphWidget({ title, left, width: 8, height: 6, ...options });
}
