/** Of each resource type, the properties that matter on a laptop, with CloudFormation's defaults. */
import { z } from 'zod';

// CloudFormation takes numbers and booleans as text too.
const number = z.coerce.number();
const flag = z.preprocess((value) => (typeof value === 'string' ? value === 'true' : value), z.boolean());

export const lambdaFunction = z.object({
  Handler: z.string().optional(),
  Code: z.object({ S3Key: z.string().optional() }).default({}),
  Timeout: number.default(3),
  MemorySize: number.default(128),
  ReservedConcurrentExecutions: number.optional(),
});
export const functionEnvironment = z.object({
  Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()).default({}) }).optional(),
});
export const eventInvokeConfig = z.object({
  FunctionName: z.string(),
  Qualifier: z.string(),
  MaximumRetryAttempts: number.default(2),
  MaximumEventAgeInSeconds: number.default(21_600),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.string() }).optional() }).optional(),
});

export const stateMachine = z.object({
  StateMachineType: z.enum(['STANDARD', 'EXPRESS']).default('STANDARD'),
  DefinitionString: z.string(),
  RoleArn: z.string().optional(),
  LoggingConfiguration: z
    .object({
      Level: z.enum(['OFF', 'ERROR', 'FATAL', 'ALL']).default('OFF'),
      IncludeExecutionData: flag.default(false),
      Destinations: z.array(z.object({ CloudWatchLogsLogGroup: z.object({ LogGroupArn: z.string() }) })).default([]),
    })
    .optional(),
  TracingConfiguration: z.object({ Enabled: flag.default(false) }).optional(),
  Tags: z.array(z.object({ Key: z.string(), Value: z.string() })).default([]),
});

const lifecycleRule = z.object({
  Status: z.enum(['Enabled', 'Disabled']),
  Prefix: z.string().default(''),
  ExpirationInDays: number.optional(),
  AbortIncompleteMultipartUpload: z.object({ DaysAfterInitiation: number }).optional(),
  // Applied as if it were not there, a rule would remove more than it names.
  TagFilters: z.undefined('is not emulated').optional(),
  ObjectSizeGreaterThan: z.undefined('is not emulated').optional(),
  ObjectSizeLessThan: z.undefined('is not emulated').optional(),
});
export const bucket = z.object({
  LifecycleConfiguration: z.object({ Rules: z.array(lifecycleRule) }).optional(),
  NotificationConfiguration: z
    .object({ EventBridgeConfiguration: z.object({ EventBridgeEnabled: flag.default(true) }).optional() })
    .optional(),
});
export const bucketNotifications = z.object({
  BucketName: z.string(),
  NotificationConfiguration: z.object({ EventBridgeConfiguration: z.unknown().optional() }),
});

export const queue = z.object({
  VisibilityTimeout: number.optional(),
  MessageRetentionPeriod: number.optional(),
  DelaySeconds: number.optional(),
  MaximumMessageSize: number.optional(),
  ReceiveMessageWaitTimeSeconds: number.optional(),
  RedrivePolicy: z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: number }).optional(),
  FifoQueue: flag.optional(),
  ContentBasedDeduplication: flag.optional(),
});

export const eventSourceMapping = z.object({
  FunctionName: z.string(),
  EventSourceArn: z.string(),
  BatchSize: number.default(10),
  MaximumBatchingWindowInSeconds: number.default(0),
  ScalingConfig: z.object({ MaximumConcurrency: number.optional() }).optional(),
  FunctionResponseTypes: z.array(z.string()).default([]),
  Enabled: flag.default(true),
});

/** Strict: a target that shapes its event otherwise is told, not ignored. */
const target = z.strictObject({
  Id: z.string().optional(),
  Arn: z.string(),
  RoleArn: z.string().optional(),
  Input: z.string().optional(),
  RetryPolicy: z.unknown().optional(),
  DeadLetterConfig: z.object({ Arn: z.string().optional() }).optional(),
});
export const rule = z.object({
  EventBusName: z.string().default('default'),
  EventPattern: z.record(z.string(), z.unknown()).optional(),
  ScheduleExpression: z.string().optional(),
  State: z.string().default('ENABLED'),
  Targets: z.array(target).default([]),
});
export const schedule = z.object({
  Name: z.string().optional(),
  ScheduleExpression: z.string(),
  State: z.string().default('ENABLED'),
  Target: target,
});

export const secret = z.object({
  GenerateSecretString: z.object({ SecretStringTemplate: z.string().optional() }).optional(),
});

/** Where a rule or a schedule sends to, and what. */
export function readTarget(given: z.infer<typeof target>) {
  return {
    arn: given.Arn,
    /** JSON text sent instead of the event. */
    input: given.Input,
    deadLetterArn: given.DeadLetterConfig?.Arn,
  };
}

/** What DescribeStateMachine tells of a state machine besides its definition. */
export function readMonitoring({ LoggingConfiguration, TracingConfiguration, ...given }: z.infer<typeof stateMachine>) {
  return {
    roleArn: given.RoleArn,
    loggingConfiguration: LoggingConfiguration && {
      level: LoggingConfiguration.Level,
      includeExecutionData: LoggingConfiguration.IncludeExecutionData,
      destinations: LoggingConfiguration.Destinations.map(({ CloudWatchLogsLogGroup: { LogGroupArn } }) => ({
        cloudWatchLogsLogGroup: { logGroupArn: LogGroupArn },
      })),
    },
    tracingConfiguration: TracingConfiguration && { enabled: TracingConfiguration.Enabled },
    tags: Object.fromEntries(given.Tags.map(({ Key, Value }) => [Key, Value])),
  };
}
