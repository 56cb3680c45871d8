import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { functionArn } from './arns.ts';
import { ExecutionStoppedError, StateError } from './errors.ts';
import type { EventEntry, FunctionInvoker, Json } from './types.ts';

export type Integration = { kind: 'lambda' | 'lambda-invoke' | 'put-events'; resource: string };

export type IntegrationServices = {
  invokeFunction: FunctionInvoker;
  putEvents: (entries: EventEntry[]) => Promise<void>;
};

const optimised: Record<string, Integration['kind']> = {
  'arn:aws:states:::lambda:invoke': 'lambda-invoke',
  'arn:aws:states:::events:putEvents': 'put-events',
};

/** The integration that a Task's Resource names. Throws where it is not emulated. */
export function integrationOf(stateName: string, state: { [field: string]: unknown }): Integration {
  const resource = String(state.Resource);
  const kind = optimised[resource] ?? (/^arn:[^:]+:lambda:.*:function:/.test(resource) ? 'lambda' : undefined);
  if (kind === undefined) {
    const known = [...Object.keys(optimised), 'a Lambda function ARN'].join(', ');
    throw new Error(`State "${stateName}" uses ${resource}, which is not emulated; emulated are ${known}`);
  }
  const { InvocationType = 'RequestResponse' } = z.looseObject({}).catch({}).parse(state.Parameters);
  if (kind === 'lambda-invoke' && InvocationType !== 'RequestResponse') {
    throw new Error(`State "${stateName}" uses InvocationType ${InvocationType}, which is not emulated`);
  }
  return { kind, resource };
}

const invokeSchema = z.looseObject({ FunctionName: z.string(), Payload: z.custom<Json>().default({}) });
const putEventsSchema = z.looseObject({
  Entries: z.array(
    z.looseObject({
      Source: z.string(),
      DetailType: z.string(),
      Detail: z.unknown(),
      EventBusName: z.string().optional(),
      Resources: z.array(z.string()).default([]),
    }),
  ),
});

/** Calls the service with the state's effective input and gives the state's raw result. */
export async function callService(
  { kind, resource }: Integration,
  input: Json,
  services: IntegrationServices,
  { machineArn, executionArn, signal }: { machineArn: string; executionArn: string; signal: AbortSignal },
): Promise<Json> {
  if (kind === 'lambda') return invoke(services, functionArn(resource, machineArn), input, signal);
  if (kind === 'put-events') {
    // https://docs.aws.amazon.com/step-functions/latest/dg/connect-eventbridge.html: the two ARNs are added.
    const entries = parameters(putEventsSchema, input).Entries.map((entry) => ({
      ...entry,
      Resources: [...entry.Resources, executionArn, machineArn],
    }));
    return putEvents(services, entries);
  }
  const { FunctionName, Payload } = parameters(invokeSchema, input);
  const result = await invoke(services, functionArn(FunctionName, machineArn), Payload, signal);
  const requestId = randomUUID();
  return {
    ExecutedVersion: '$LATEST',
    Payload: result,
    SdkHttpMetadata: { HttpHeaders: { 'x-amzn-RequestId': requestId }, HttpStatusCode: 200 },
    SdkResponseMetadata: { RequestId: requestId },
    StatusCode: 200,
  };
}

async function invoke(services: IntegrationServices, arn: string, payload: Json, signal: AbortSignal): Promise<Json> {
  try {
    const result = await services.invokeFunction(arn, payload, { signal });
    return result === undefined ? null : (JSON.parse(JSON.stringify(result)) as Json);
  } catch (error) {
    if (signal.aborted) throw new ExecutionStoppedError();
    throw lambdaError(error);
  }
}

/**
 * A function's own error has the JSON document that Lambda answers with as its Cause; a fault of the service, named
 * `Lambda.…`, a sentence.
 */
function lambdaError(error: unknown): StateError {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (name.startsWith('Lambda.')) return new StateError(name, message, { cause: error });
  const trace = error instanceof Error && 'trace' in error && Array.isArray(error.trace) ? error.trace : [];
  const cause = JSON.stringify({ errorType: name, errorMessage: message, trace });
  return new StateError(name, cause, { cause: error });
}

async function putEvents(services: IntegrationServices, entries: EventEntry[]): Promise<Json> {
  try {
    await services.putEvents(entries);
  } catch (error) {
    throw new StateError('EventBridge.FailedEntry', error instanceof Error ? error.message : String(error));
  }
  return { Entries: entries.map(() => ({ EventId: randomUUID() })), FailedEntryCount: 0 };
}

function parameters<T extends z.ZodType>(schema: T, input: Json): z.output<T> {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw new StateError('States.Runtime', `Invalid Parameters: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
