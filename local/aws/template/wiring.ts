import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { createResolver } from './resolver.ts';
import * as properties from './resource-properties.ts';
import type { Resolver, ResolverOptions, SynthesizedStack, Template } from './template.ts';

export type Wiring = ReturnType<typeof readWiring>;

/**
 * What of a stack runs on a laptop, with every reference resolved. Of the functions, those whose asset is one of our
 * bundles (it has an index.mjs): CDK's own, which serve custom resources, are left out.
 */
export function readWiring({ template, assets }: SynthesizedStack, options: ResolverOptions) {
  const resolver = createResolver(template, options);
  const read = <T extends z.ZodObject>(type: string, schema: T) => readResources(template, resolver, type, schema);
  const text = (logicalId: string, attribute: string) => String(resolver.attribute(logicalId, attribute));

  const functions = read('AWS::Lambda::Function', properties.lambdaFunction).flatMap(({ logicalId, ...given }) => {
    const directory = assets.get(given.Code.S3Key ?? '');
    const bundle = join(directory ?? '', 'index.mjs');
    if (directory === undefined || given.Handler !== 'index.handler' || !existsSync(bundle)) return [];
    // Only now, since CDK's own functions may refer to what a laptop does not have.
    const { Environment } = properties.functionEnvironment.parse({
      Environment: resolver.resolve(template.Resources[logicalId]?.Properties.Environment),
    });
    return {
      logicalId,
      name: String(resolver.ref(logicalId)),
      arn: text(logicalId, 'Arn'),
      bundle,
      environment: Environment?.Variables ?? {},
      timeoutSeconds: given.Timeout,
      memoryMegabytes: given.MemorySize,
      reservedConcurrency: given.ReservedConcurrentExecutions,
    };
  });

  const notified = new Set(
    read('Custom::S3BucketNotifications', properties.bucketNotifications)
      .filter(({ NotificationConfiguration }) => NotificationConfiguration.EventBridgeConfiguration !== undefined)
      .map(({ BucketName }) => BucketName),
  );

  return {
    functions,
    /** How asynchronous invocations of a function are retried, where the template says so. */
    asynchronousInvocations: read('AWS::Lambda::EventInvokeConfig', properties.eventInvokeConfig).map((given) => ({
      logicalId: given.logicalId,
      /** With the alias that it is said of. */
      functionArn: [functions.find(({ name }) => name === given.FunctionName)?.arn, given.Qualifier]
        .filter((part) => part !== '$LATEST')
        .join(':'),
      maximumRetryAttempts: given.MaximumRetryAttempts,
      maximumEventAgeSeconds: given.MaximumEventAgeInSeconds,
      onFailureArn: given.DestinationConfig?.OnFailure?.Destination,
    })),
    stateMachines: read('AWS::StepFunctions::StateMachine', properties.stateMachine).map((given) => ({
      logicalId: given.logicalId,
      name: text(given.logicalId, 'Name'),
      arn: text(given.logicalId, 'Arn'),
      type: given.StateMachineType,
      definition: z.record(z.string(), z.unknown()).parse(JSON.parse(given.DefinitionString)),
      ...properties.readMonitoring(given),
    })),
    buckets: read('AWS::S3::Bucket', properties.bucket).map((given) => {
      const name = String(resolver.ref(given.logicalId));
      const own = given.NotificationConfiguration?.EventBridgeConfiguration?.EventBridgeEnabled ?? false;
      const rules = (given.LifecycleConfiguration?.Rules ?? []).filter(({ Status }) => Status === 'Enabled');
      return {
        logicalId: given.logicalId,
        name,
        eventBridge: own || notified.has(name),
        lifecycleRules: rules.map((rule) => ({
          prefix: rule.Prefix,
          expirationDays: rule.ExpirationInDays ?? null,
          abortIncompleteUploadDays: rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation ?? null,
        })),
      };
    }),
    queues: read('AWS::SQS::Queue', properties.queue).map(({ logicalId, ...attributes }) => ({
      logicalId,
      name: text(logicalId, 'QueueName'),
      arn: text(logicalId, 'Arn'),
      url: text(logicalId, 'QueueUrl'),
      visibilityTimeoutSeconds: attributes.VisibilityTimeout ?? 30,
      attributes: Object.fromEntries(Object.entries(attributes).flatMap(([key, value]) => asAttribute(key, value))),
    })),
    eventSourceMappings: read('AWS::Lambda::EventSourceMapping', properties.eventSourceMapping).map((given) => ({
      logicalId: given.logicalId,
      functionName: given.FunctionName,
      queueArn: given.EventSourceArn,
      batchSize: given.BatchSize,
      batchingWindowSeconds: given.MaximumBatchingWindowInSeconds,
      maximumConcurrency: given.ScalingConfig?.MaximumConcurrency,
      reportBatchItemFailures: given.FunctionResponseTypes.includes('ReportBatchItemFailures'),
      enabled: given.Enabled,
    })),
    rules: read('AWS::Events::Rule', properties.rule).map((given) => ({
      logicalId: given.logicalId,
      name: String(resolver.ref(given.logicalId)),
      arn: text(given.logicalId, 'Arn'),
      eventBusName: given.EventBusName,
      eventPattern: given.EventPattern,
      scheduleExpression: given.ScheduleExpression,
      enabled: given.State === 'ENABLED',
      targets: given.Targets.map(properties.readTarget),
    })),
    schedules: read('AWS::Scheduler::Schedule', properties.schedule).map((given) => ({
      logicalId: given.logicalId,
      name: String(given.Name ?? given.logicalId),
      expression: given.ScheduleExpression,
      enabled: given.State === 'ENABLED',
      target: properties.readTarget(given.Target),
    })),
    secrets: read('AWS::SecretsManager::Secret', properties.secret).map((given) => ({
      logicalId: given.logicalId,
      arn: String(resolver.ref(given.logicalId)),
      /** JSON text that the generated password is put into: it has the user's name. */
      template: given.GenerateSecretString?.SecretStringTemplate,
    })),
    outputs: Object.fromEntries(
      Object.entries(template.Outputs).map(([name, { Value }]) => [name, String(resolver.resolve(Value))]),
    ),
    resolver,
  };
}

/** The resources of one type, of whose properties only those that `schema` names are resolved and checked. */
function readResources<T extends z.ZodObject>(template: Template, resolver: Resolver, type: string, schema: T) {
  return Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([logicalId, { Properties }]) => {
      const wanted = Object.keys(schema.shape).map((key) => [key, resolver.resolve(Properties[key])]);
      const result = schema.safeParse(Object.fromEntries(wanted));
      if (!result.success) throw new Error(`${type} ${logicalId}: ${z.prettifyError(result.error)}`);
      return { logicalId, ...result.data };
    });
}

/** SQS takes every attribute as text. */
function asAttribute(name: string, value: unknown): [string, string][] {
  if (value === undefined) return [];
  return [[name, typeof value === 'object' ? JSON.stringify(value) : String(value)]];
}
