import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Code, Function as LambdaFn, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { DatabaseSecret } from 'aws-cdk-lib/aws-rds';
import { Bucket, type CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, Pass, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke as InvokeState } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { describe, expect, it } from 'vitest';
import { bucket } from '../../../../local/aws/template/resource-properties.ts';
import { readStack } from '../../../../local/aws/template/template.ts';
import { readWiring } from '../../../../local/aws/template/wiring.ts';
import { temporaryDirectory } from '../object-storage/storage.ts';

const arn = (service: string, rest: string) => `arn:aws:${service}:us-east-1:000000000000:${rest}`;

/** A stack with one of everything that the wiring reads, synthesized and read back. */
async function readSample(context: Record<string, unknown> = {}) {
  const directory = await temporaryDirectory();
  const code = join(directory, 'start-import');
  await mkdir(code);
  await writeFile(join(code, 'index.mjs'), 'export const handler = async () => {};');

  const app = new App({ outdir: join(directory, 'cdk.out'), context });
  const stack = new Stack(app, 'Sample');
  // Its automatic deletion and its notifications bring functions of CDK's own.
  const uploads = new Bucket(stack, 'Uploads', { eventBridgeEnabled: true });
  const direct = new Bucket(stack, 'Direct', { bucketName: 'direct' });
  (direct.node.defaultChild as CfnBucket).notificationConfiguration = {
    eventBridgeConfiguration: { eventBridgeEnabled: true },
  };
  const work = new Bucket(stack, 'Work', {
    lifecycleRules: [
      { expiration: Duration.days(7), abortIncompleteMultipartUploadAfter: Duration.days(1) },
      { enabled: false, prefix: 'kept/', expiration: Duration.days(1) },
    ],
  });
  const deadLetterQueue = new Queue(stack, 'DeadLetters', { retentionPeriod: Duration.days(14) });
  const queue = new Queue(stack, 'ImageQueue', {
    visibilityTimeout: Duration.minutes(6),
    deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: 4 },
  });
  const startImport = new LambdaFn(stack, 'StartImport', {
    runtime: Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: Code.fromAsset(code),
    timeout: Duration.seconds(30),
    memorySize: 256,
    reservedConcurrentExecutions: 7,
    environment: { WORK_BUCKET: work.bucketName, IMAGE_QUEUE_URL: queue.queueUrl },
    retryAttempts: 1,
  });
  startImport.addEventSource(
    new SqsEventSource(queue, {
      batchSize: 20,
      maxBatchingWindow: Duration.seconds(2),
      maxConcurrency: 5,
      reportBatchItemFailures: true,
    }),
  );
  const rule = new Rule(stack, 'ObjectCreated', {
    eventPattern: { source: ['aws.s3'], detail: { bucket: { name: [uploads.bucketName] } } },
  });
  rule.addTarget(new LambdaFunction(startImport, { deadLetterQueue }));
  rule.addTarget(
    new LambdaFunction(startImport.addAlias('live'), {
      event: RuleTargetInput.fromObject({ bucket: uploads.bucketName }),
    }),
  );
  new Schedule(stack, 'Sweep', {
    schedule: ScheduleExpression.rate(Duration.hours(2)),
    target: new LambdaInvoke(startImport, { input: ScheduleTargetInput.fromObject({ dueWithinSeconds: 0 }) }),
  });
  const invoke = new InvokeState(stack, 'Start', { lambdaFunction: startImport, payloadResponseOnly: true });
  new StateMachine(stack, 'Machine', {
    stateMachineName: 'ProductImport',
    definitionBody: DefinitionBody.fromChainable(invoke.next(new Pass(stack, 'Done'))),
  });
  new StateMachine(stack, 'Express', {
    stateMachineType: StateMachineType.EXPRESS,
    definitionBody: DefinitionBody.fromChainable(new Pass(stack, 'Only')),
  });
  new DatabaseSecret(stack, 'Secret', { username: 'owner' });
  new CfnOutput(stack, 'ImageQueueUrl', { value: queue.queueUrl });
  app.synth();
  const synthesized = await readStack(join(directory, 'cdk.out'), 'Sample');
  const wiring = readWiring(synthesized, {
    account: '000000000000',
    region: 'us-east-1',
    queueUrl: (name) => `http://127.0.0.1:1/000000000000/${name}`,
  });
  return { wiring, code, directory };
}

const idStarting = (text: string) => expect.stringMatching(new RegExp(`^${text}[0-9A-F]{8}$`));

describe('the wiring of a synthesized stack', () => {
  it('has our functions with their settings, and none of CDK’s own', async () => {
    const { wiring, directory } = await readSample();
    const [startImport] = wiring.functions;
    expect(wiring.functions).toEqual([
      {
        logicalId: idStarting('StartImport'),
        name: startImport?.logicalId,
        arn: arn('lambda', `function:${startImport?.logicalId}`),
        bundle: expect.stringMatching(/cdk\.out\/asset\.[0-9a-f]+\/index\.mjs$/),
        environment: {
          WORK_BUCKET: wiring.buckets[2]?.name,
          IMAGE_QUEUE_URL: wiring.queues[1]?.url,
        },
        timeoutSeconds: 30,
        memoryMegabytes: 256,
        reservedConcurrency: 7,
      },
    ]);
    expect(startImport?.bundle.startsWith(directory)).toBe(true);
    expect(wiring.asynchronousInvocations).toMatchObject([
      { functionArn: startImport?.arn, maximumRetryAttempts: 1, maximumEventAgeSeconds: 21_600 },
    ]);
  });

  it('points at the original folder where the app does not copy assets', async () => {
    const { wiring, code } = await readSample({ 'aws:cdk:disable-asset-staging': true });
    expect(wiring.functions.map(({ bundle }) => bundle)).toEqual([join(code, 'index.mjs')]);
  });

  it('has buckets, those that notify EventBridge marked, however they were told to', async () => {
    const { wiring } = await readSample();
    expect(wiring.buckets).toEqual([
      {
        logicalId: idStarting('Uploads'),
        name: expect.stringMatching(/^uploads[0-9a-f]{8}$/),
        eventBridge: true,
        lifecycleRules: [],
      },
      { logicalId: idStarting('Direct'), name: 'direct', eventBridge: true, lifecycleRules: [] },
      {
        logicalId: idStarting('Work'),
        name: expect.stringMatching(/^work[0-9a-f]{8}$/),
        eventBridge: false,
        lifecycleRules: [{ prefix: '', expirationDays: 7, abortIncompleteUploadDays: 1 }],
      },
    ]);
  });

  it('refuses a lifecycle rule that names less than it would remove here', () => {
    const rule = { Status: 'Enabled', ExpirationInDays: 1, TagFilters: [{ Key: 'a', Value: 'b' }] };
    expect(() => bucket.parse({ LifecycleConfiguration: { Rules: [rule] } })).toThrow('is not emulated');
  });

  it('has queues with their attributes as SQS takes them', async () => {
    const { wiring } = await readSample();
    const [deadLetters, images] = wiring.queues;
    expect(deadLetters).toMatchObject({ attributes: { MessageRetentionPeriod: '1209600' } });
    expect(images).toMatchObject({
      arn: arn('sqs', images?.name ?? ''),
      url: `http://127.0.0.1:1/000000000000/${images?.name}`,
      attributes: {
        VisibilityTimeout: '360',
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters?.arn, maxReceiveCount: 4 }),
      },
    });
  });

  it('has the event source mapping', async () => {
    const { wiring } = await readSample();
    expect(wiring.eventSourceMappings).toMatchObject([
      {
        functionName: wiring.functions[0]?.name,
        queueArn: wiring.queues[1]?.arn,
        batchSize: 20,
        batchingWindowSeconds: 2,
        maximumConcurrency: 5,
        reportBatchItemFailures: true,
        enabled: true,
      },
    ]);
  });

  it('has rules with their targets', async () => {
    const { wiring } = await readSample();
    const { rules, functions, queues, buckets } = wiring;
    expect(rules).toMatchObject([
      {
        enabled: true,
        eventBusName: 'default',
        eventPattern: { source: ['aws.s3'], detail: { bucket: { name: [buckets[0]?.name] } } },
        targets: [
          { arn: functions[0]?.arn, deadLetterArn: queues[0]?.arn, input: undefined },
          { arn: `${functions[0]?.arn}:live`, input: JSON.stringify({ bucket: buckets[0]?.name }) },
        ],
      },
    ]);
  });

  it('has schedules', async () => {
    const { wiring } = await readSample();
    expect(wiring.schedules).toMatchObject([
      {
        expression: 'rate(2 hours)',
        enabled: true,
        target: { arn: wiring.functions[0]?.arn, input: '{"dueWithinSeconds":0}' },
      },
    ]);
  });

  it('has state machines with their definitions resolved', async () => {
    const { wiring } = await readSample();
    expect(wiring.stateMachines).toMatchObject([
      {
        name: 'ProductImport',
        arn: arn('states', 'stateMachine:ProductImport'),
        type: 'STANDARD',
        definition: {
          StartAt: 'Start',
          States: { Start: { Type: 'Task', Resource: wiring.functions[0]?.arn }, Done: { Type: 'Pass' } },
        },
      },
      { name: idStarting('Express'), type: 'EXPRESS' },
    ]);
  });

  it('has secrets with what they are generated from, and the outputs', async () => {
    const { wiring } = await readSample();
    expect(wiring.secrets).toEqual([
      {
        logicalId: expect.stringMatching(/^Secret/),
        arn: arn('secretsmanager', `secret:${wiring.secrets[0]?.logicalId}`),
        template: '{"username":"owner"}',
      },
    ]);
    expect(wiring.outputs).toEqual({ ImageQueueUrl: wiring.queues[1]?.url });
  });
});
