import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, MathExpression, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { AlarmDefinition } from './alarm-definition.ts';
import { databaseAlarms } from './database-alarms.ts';
import type { ObservedParts } from './observed-parts.ts';
import { ownMetric } from './own-metrics.ts';

/** Everything that a person is paged for, each for something that does not mend itself. */
export class Alarms extends Construct {
  readonly all: Alarm[] = [];
  private readonly topic: ITopic;
  private readonly runbookUrl: string;

  constructor(scope: Construct, id: string, props: ObservedParts & { topic: ITopic }) {
    super(scope, id);
    this.topic = props.topic;
    this.runbookUrl = props.settings.observability.runbookUrl;
    this.alarmOnImports(props);
    this.alarmOnImages(props);
    this.alarmOnLostMessages(props);
    for (const [id, definition] of Object.entries(databaseAlarms(props))) this.add(id, definition);
  }

  private add(id: string, { says, runbook, ...alarm }: AlarmDefinition): void {
    const created = new Alarm(this, id, {
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...alarm,
      alarmDescription: `${says} ${this.runbookUrl}${runbookAnchor(runbook)}`,
    });
    created.addAlarmAction(new SnsAction(this.topic));
    this.all.push(created);
  }

  private alarmOnImports({ workflow: { productImport } }: ObservedParts): void {
    const period = Duration.minutes(5);
    this.add('ImportsFailed', {
      says: 'An import failed for a reason that its file is not to blame for, was aborted or took over a day.',
      runbook: 'Imports fail for a reason of the system',
      // fail-import tells refused files from broken systems, which ExecutionsFailed does not; should it not get to run,
      // the two others still count, and its lost event is in the event dead-letter queue.
      metric: new MathExpression({
        expression: 'FILL(failed, 0) + FILL(timedOut, 0) + FILL(aborted, 0)',
        usingMetrics: {
          failed: ownMetric(this, 'ImportsFailed', { period }),
          timedOut: productImport.metricTimedOut({ statistic: Stats.SUM, period }),
          aborted: productImport.metricAborted({ statistic: Stats.SUM, period }),
        },
        label: 'Imports failed, aborted or timed out',
        period,
      }),
      threshold: 1,
    });
    this.add('SuppliersFailing', {
      says: 'More than half of the images of one import failed.',
      runbook: 'Most images of a supplier fail',
      metric: ownMetric(this, 'SuppliersFailing'),
      threshold: 1,
    });
    this.add('ConservationBreach', {
      says: 'Images are in no known state: converted + failed + waiting is not their number.',
      runbook: 'Images are in no known state',
      metric: ownMetric(this, 'ConservationBreach'),
      threshold: 1,
    });
  }

  private alarmOnImages({ functions, settings }: ObservedParts): void {
    const { everyHours } = settings.sweep;
    const { oldestWaitingHours } = settings.observability;
    this.add('OldestWaitingImage', {
      says: `An image has been overdue for more than ${oldestWaitingHours} hours.`,
      runbook: 'Images wait too long',
      metric: ownMetric(this, 'OldestWaitingImageSeconds', {
        statistic: Stats.MAXIMUM,
        period: Duration.hours(everyHours),
      }),
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      threshold: oldestWaitingHours * 3600,
    });
    const period = Duration.hours(1);
    this.add('SweepNotRun', {
      says: `No sweep has succeeded for ${2 * everyHours} hours, twice its schedule.`,
      runbook: 'The sweep does not run',
      metric: new MathExpression({
        expression: 'invocations - errors',
        usingMetrics: {
          invocations: functions.sweepImages.metricInvocations({ statistic: Stats.SUM, period }),
          errors: functions.sweepImages.metricErrors({ statistic: Stats.SUM, period }),
        },
        label: 'Sweeps that succeeded',
        period,
      }),
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: 1,
      evaluationPeriods: 2 * everyHours,
      treatMissingData: TreatMissingData.BREACHING,
    });
  }

  private alarmOnLostMessages({ sweep, workflow }: ObservedParts): void {
    const alarm = (id: string, queue: Queue, says: string, runbook: string) =>
      this.add(id, {
        says,
        runbook,
        metric: queue.metricApproximateNumberOfMessagesVisible({
          statistic: Stats.MAXIMUM,
          period: Duration.minutes(5),
        }),
        threshold: 1,
      });
    alarm(
      'ImageDeadLetters',
      sweep.deadLetterQueue,
      'Messages of the image queue failed as often as they may.',
      'The image dead-letter queue is not empty',
    );
    alarm(
      'EventDeadLetters',
      workflow.eventDeadLetterQueue,
      'An upload was not started, or the end of an execution not noted.',
      'The event dead-letter queue is not empty',
    );
    alarm(
      'ScheduleDeadLetters',
      sweep.scheduleDeadLetterQueue,
      'The scheduler could not start a sweep.',
      'The schedule dead-letter queue is not empty',
    );
  }
}

/** The anchor that GitHub gives a heading. */
export function runbookAnchor(heading: string): string {
  return `#${heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-')}`;
}
