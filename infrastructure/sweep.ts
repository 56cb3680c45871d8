import { Duration } from 'aws-cdk-lib';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { Functions } from './functions.ts';
import { liveAlias } from './live-alias.ts';
import { messagesPerBatch } from './settings/check-settings.ts';
import type { Settings } from './settings/settings.ts';

export type SweepProps = { functions: Functions; settings: Settings };

/** Every two hours, leftover images go through a queue to ConvertImages at a capped pace. */
export class Sweep extends Construct {
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;
  /** Sweeps that could not be started, after all retries. */
  readonly scheduleDeadLetterQueue: Queue;

  constructor(scope: Construct, id: string, { functions, settings }: SweepProps) {
    super(scope, id);
    const { sweepImages, convertQueued } = functions;
    const secured = {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    };
    this.deadLetterQueue = new Queue(this, 'ImageDeadLetterQueue', secured);
    this.queue = new Queue(this, 'ImageQueue', {
      ...secured,
      visibilityTimeout: Duration.seconds(settings.sweep.visibilityTimeoutSeconds),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: settings.sweep.maxReceiveCount },
    });
    sweepImages.allow([this.queue.queueArn], 'sqs:SendMessage').addEnvironment('IMAGE_QUEUE_URL', this.queue.queueUrl);

    // What the event source mapping does in the consumer's name.
    convertQueued.allow([this.queue.queueArn], 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes');
    const mapping = new EventSourceMapping(this, 'ImageQueueMapping', {
      target: liveAlias(this, 'ConvertQueuedLive', convertQueued),
      eventSourceArn: this.queue.queueArn,
      // A message is a batch of images: few of them, each an execution of its own, keep the consumer within its memory.
      batchSize: messagesPerBatch,
      maxBatchingWindow: Duration.seconds(1),
      maxConcurrency: settings.sweep.queueConcurrency,
      reportBatchItemFailures: true,
    });
    if (convertQueued.role) mapping.node.addDependency(convertQueued.role);

    this.scheduleDeadLetterQueue = new Queue(this, 'ScheduleDeadLetterQueue', secured);
    acknowledge(this.scheduleDeadLetterQueue, { 'AwsSolutions-SQS3': 'It is the dead-letter queue of the schedule.' });
    const sweepLive = liveAlias(this, 'SweepImagesLive', sweepImages, this.scheduleDeadLetterQueue);
    new Schedule(this, 'EveryTwoHours', {
      description: 'Sweeps leftover images',
      schedule: ScheduleExpression.rate(Duration.hours(settings.sweep.everyHours)),
      target: new LambdaInvoke(sweepLive, {
        deadLetterQueue: this.scheduleDeadLetterQueue,
        retryAttempts: 3,
        maxEventAge: Duration.hours(1),
      }),
    });
  }
}
