import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { startFauxqs } from 'fauxqs';
import { onTestFinished } from 'vitest';
import {
  createStepFunctions,
  type StepFunctions,
  type StepFunctionsOptions,
} from '../../local/aws/step-functions/index.ts';
import { functionArn, machineArn } from './step-functions-definitions.ts';

const region = 'us-east-1';
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'supplier-import-step-functions-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** An S3 endpoint with a bucket `items`, and functions to fill and read it. */
export async function startStorage() {
  const server = await startFauxqs({ port: 0, logger: false });
  const endpoint = `http://127.0.0.1:${server.port}`;
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  onTestFinished(async () => {
    s3.destroy();
    await server.stop();
  });
  const Bucket = 'items';
  await s3.send(new CreateBucketCommand({ Bucket }));
  return {
    s3,
    put: (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body })),
    get: async (Key: string) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return (await Body?.transformToString()) ?? '';
    },
  };
}

type Functions = Record<string, (payload: never, options: { signal: AbortSignal }) => unknown>;
type Options = Partial<StepFunctionsOptions> & {
  /** Standard state machines by name. */
  standard?: Record<string, object>;
  express?: Record<string, object>;
  /** What runs behind `functionArn` of each name. */
  functions?: Functions;
};

/** Step Functions over HTTP on a free port, with the SDK's client for it. */
export async function startStepFunctions({ standard = {}, express = {}, functions = {}, ...options }: Options) {
  const machines = (definitions: Record<string, object>, type: 'STANDARD' | 'EXPRESS') =>
    Object.entries(definitions).map(([name, definition]) => ({ arn: machineArn(name), name, type, definition }));
  const stepFunctions = await createStepFunctions({
    stateMachines: [...machines(standard, 'STANDARD'), ...machines(express, 'EXPRESS')],
    invokeFunction: async (arn, payload, { signal }) => {
      const run = Object.entries(functions).find(([name]) => functionArn(name) === arn)?.[1];
      if (run === undefined) throw new Error(`no function ${arn}`);
      return run(payload as never, { signal });
    },
    putEvents: async () => {},
    s3: new S3Client({ region, credentials, endpoint: 'http://127.0.0.1:1' }),
    store: await temporaryDirectory(),
    ...options,
  });
  const { endpoint, client } = await serve(stepFunctions);
  return { stepFunctions, endpoint, client };
}

async function serve(stepFunctions: StepFunctions) {
  const server = createServer(stepFunctions.handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const endpoint = `http://127.0.0.1:${address.port}`;
  const client = new SFNClient({ endpoint, region, credentials, disableHostPrefix: true, maxAttempts: 1 });
  onTestFinished(async () => {
    client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await stepFunctions.close();
  });
  return { endpoint, client };
}

/** Waits until the execution has ended, and describes it. */
export async function ended(client: SFNClient, executionArn: string | undefined) {
  for (;;) {
    const execution = await client.send(new DescribeExecutionCommand({ executionArn }));
    if (execution.status !== 'RUNNING') return execution;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export async function historyOf(client: SFNClient, executionArn: string | undefined): Promise<HistoryEvent[]> {
  const { events } = await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
  return events ?? [];
}

/** Runs the one Standard state machine in `options` to its end. */
export async function runStandard(options: Options, input: unknown = {}) {
  const { client } = await startStepFunctions(options);
  const [name = ''] = Object.keys(options.standard ?? {});
  const { executionArn } = await client.send(
    new StartExecutionCommand({ stateMachineArn: machineArn(name), input: JSON.stringify(input) }),
  );
  const execution = await ended(client, executionArn);
  const output = execution.output === undefined ? undefined : JSON.parse(execution.output);
  return { execution, output, history: await historyOf(client, executionArn) };
}
