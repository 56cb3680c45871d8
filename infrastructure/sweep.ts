import { Duration } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Functions } from './functions.ts';
import type { Settings } from './settings.ts';

/** Every two hours, leftover images go through a queue to ConvertImages at a capped pace. */
export class Sweep extends Construct {
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;
  /** Sweeps that could not be started, after all retries. */
  readonly scheduleDeadLetterQueue: Queue;

  constructor(scope: Construct, id: string, props: { functions: Functions; settings: Settings }) {
    super(scope, id);
    const { functions, settings } = props;
    const secured = {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    };
    this.deadLetterQueue = new Queue(this, 'ImageDeadLetterQueue', secured);
    this.queue = new Queue(this, 'ImageQueue', {
      ...secured,
      // AWS asks for at least six times the consumer's timeout (310 s).
      visibilityTimeout: Duration.seconds(6 * 310),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: settings.sweep.maxReceiveCount },
    });
    this.queue.grantSendMessages(functions.sweepImages);
    functions.sweepImages.addEnvironment('IMAGE_QUEUE_URL', this.queue.queueUrl);
    functions.convertQueued.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: settings.images.batchSize,
        maxBatchingWindow: Duration.seconds(1),
        maxConcurrency: settings.sweep.queueConcurrency,
        reportBatchItemFailures: true,
      }),
    );
    this.scheduleDeadLetterQueue = new Queue(this, 'ScheduleDeadLetterQueue', secured);
    new Schedule(this, 'EveryTwoHours', {
      description: 'Sweeps leftover images',
      schedule: ScheduleExpression.rate(Duration.hours(settings.sweep.everyHours)),
      target: new LambdaInvoke(functions.sweepImages, {
        deadLetterQueue: this.scheduleDeadLetterQueue,
        retryAttempts: 3,
        maxEventAge: Duration.hours(1),
      }),
    });
  }
}
