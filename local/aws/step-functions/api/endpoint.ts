import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { refusalOf } from '../../loopback.ts';
import { ServiceException } from '../errors.ts';

/** The largest body that is read; the service itself takes 1 MiB. */
const bodyLimit = 2 * 1024 * 1024;

const arn = z.string().min(1).max(2000);
const page = { maxResults: z.number().optional(), nextToken: z.string().optional() };
const start = { stateMachineArn: arn, name: z.string().optional(), input: z.string().optional() };
const status = z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE']);

/** Requests by operation. Unknown members are ignored, as they are from newer SDKs. */
const requests = {
  StartExecution: z.object(start),
  StartSyncExecution: z.object(start),
  StopExecution: z.object({ executionArn: arn, error: z.string().optional(), cause: z.string().optional() }),
  RedriveExecution: z.object({ executionArn: arn, clientToken: z.string().max(64).optional() }),
  DescribeExecution: z.object({ executionArn: arn }),
  ListExecutions: z.object({
    ...page,
    stateMachineArn: arn.optional(),
    mapRunArn: arn.optional(),
    statusFilter: status.optional(),
    redriveFilter: z.enum(['REDRIVEN', 'NOT_REDRIVEN']).optional(),
  }),
  GetExecutionHistory: z.object({
    ...page,
    executionArn: arn,
    reverseOrder: z.boolean().optional(),
    includeExecutionData: z.boolean().optional(),
  }),
  ListStateMachines: z.object(page),
  DescribeStateMachine: z.object({ stateMachineArn: arn }),
  DescribeStateMachineForExecution: z.object({ executionArn: arn }),
  ListTagsForResource: z.object({ resourceArn: arn }),
  ValidateStateMachineDefinition: z.object({
    definition: z.string(),
    type: z.enum(['STANDARD', 'EXPRESS']).optional(),
    severity: z.enum(['ERROR', 'WARNING']).optional(),
    maxResults: z.number().int().min(0).max(100).optional(),
  }),
  TestState: z.object({
    definition: z.string(),
    input: z.string().optional(),
    stateName: z.string().optional(),
    context: z.string().optional(),
    inspectionLevel: z.enum(['INFO', 'DEBUG', 'TRACE']).optional(),
    mock: z
      .object({
        result: z.string().optional(),
        errorOutput: z.object({ error: z.string().optional(), cause: z.string().optional() }).optional(),
      })
      .optional(),
    stateConfiguration: z.object({ retrierRetryCount: z.number().int().min(0).optional() }).optional(),
  }),
  ListMapRuns: z.object({ ...page, executionArn: arn }),
  DescribeMapRun: z.object({ mapRunArn: arn }),
  UpdateMapRun: z.object({
    mapRunArn: arn,
    maxConcurrency: z.number().int().min(0).optional(),
    toleratedFailureCount: z.number().int().min(0).optional(),
    toleratedFailurePercentage: z.number().min(0).max(100).optional(),
  }),
};
type Operation = keyof typeof requests;

export type Operations = {
  [Name in Operation as Uncapitalize<Name>]: (request: z.output<(typeof requests)[Name]>) => unknown;
};

/** A request listener that speaks AWS JSON 1.0. Credentials are neither needed nor looked at. */
export function createEndpoint(operations: Operations) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    request.on('error', () => response.destroy());
    answer(request, operations).then(
      (result) => send(response, 200, result),
      (error: unknown) => sendError(response, error),
    );
  };
}

async function answer(request: IncomingMessage, operations: Operations): Promise<unknown> {
  const refusal = refusalOf(request.headers);
  if (refusal !== null) throw new ServiceException('AccessDeniedException', refusal, 403);
  const target = String(request.headers['x-amz-target'] ?? '');
  const [, name] = /^AWSStepFunctions\.(\w+)$/.exec(target) ?? [];
  if (request.method !== 'POST' || name === undefined || !isOperation(name)) {
    throw new ServiceException('UnknownOperationException', `Unknown operation '${target}'`);
  }
  const parsed = requests[name].safeParse(parseBody(await readBody(request)));
  if (!parsed.success) throw new ServiceException('ValidationException', z.prettifyError(parsed.error));
  const operation = `${name[0]?.toLowerCase()}${name.slice(1)}` as keyof Operations;
  return (operations[operation] as (input: unknown) => unknown)(parsed.data);
}

function isOperation(name: string): name is Operation {
  return Object.hasOwn(requests, name);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > bodyLimit) {
      // Read and dropped: a connection closed on unread data would lose the answer.
      request.resume();
      throw new ServiceException('RequestEntityTooLarge', `The body is over ${bodyLimit} bytes`, 413);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parseBody(body: string): unknown {
  try {
    return JSON.parse(body === '' ? '{}' : body);
  } catch (error) {
    throw new ServiceException('SerializationException', `The body is not JSON: ${error}`);
  }
}

function send(response: ServerResponse, statusCode: number, result: unknown): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(statusCode, {
    'content-type': 'application/x-amz-json-1.0',
    'x-amzn-requestid': randomUUID(),
    // A body left unread would be taken for the next request.
    ...(statusCode !== 200 && { connection: 'close' }),
  });
  response.end(JSON.stringify(epochSeconds(result)));
}

function sendError(response: ServerResponse, error: unknown): void {
  if (error instanceof ServiceException) {
    send(response, error.statusCode, { __type: error.name, message: error.message });
    return;
  }
  const message = error instanceof Error ? error.message : String(error);
  send(response, 500, { __type: 'InternalFailure', message });
}

function epochSeconds(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(epochSeconds);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, epochSeconds(field)]));
}
