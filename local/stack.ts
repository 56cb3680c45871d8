import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { functionsDirectory } from '../infrastructure/build/build-functions.ts';
import { localClientOptions, localTarget } from '../operate/target/clients.ts';
import { openDatabaseUrl } from '../operate/target/database-url.ts';
import type { Endpoints } from '../operate/target/endpoints.ts';
import { assemblyDirectory, stackName } from './assembly.ts';
import { createAsynchronousInvocations } from './aws/events/asynchronous-invocations.ts';
import { createEventBus } from './aws/events/event-bus.ts';
import { createInvokeEndpoint } from './aws/lambda/endpoint.ts';
import { createFunctions } from './aws/lambda/functions.ts';
import { startObjectStorage } from './aws/object-storage/object-storage.ts';
import { createSecretsManager } from './aws/secrets/secrets-manager.ts';
import { createStepFunctions } from './aws/step-functions/index.ts';
import { readStack } from './aws/template/template.ts';
import { readWiring } from './aws/template/wiring.ts';
import { createConsole } from './console/server/console.ts';
import { type ControlHandlers, startControlServer } from './control-server.ts';
import { startMappings, startSchedules } from './event-sources.ts';
import { functionDefinitions, functionNamed } from './function-definitions.ts';
import { laptopConcurrency } from './laptop-settings.ts';
import { databaseFor, databaseSecrets } from './postgres/database.ts';
import { replayLostDrops, restartInterrupted } from './recovery.ts';
import { stackEndpoints } from './stack-endpoints.ts';
import { putEvent, statusChangeEvent } from './status-events.ts';

export type StackOptions = {
  /** Where all state is kept. */
  directory: string;
  /** Of S3 and SQS; the next one serves Step Functions and Lambda. 0 takes free ones. */
  port: number;
  /** `host:port` that images may be fetched from although they are on loopback. */
  allowImageHosts: string[];
  /** Lines that functions log, and what goes wrong around them. */
  onLog: (line: string) => void;
  /** Values of the functions' environment that a test wants otherwise, such as CONVERSION_SETTINGS or AWS_ENDPOINT_URL_S3. */
  environment?: Record<string, string>;
  /** Told once where a part of the running stack has gone for good. Without it the error is thrown, and ends the process. */
  onFailure?: (error: Error) => void;
};

export type Stack = {
  endpoints: Endpoints;
  /** Executions that a killed process left running and that were started again: an import by its file, others by name. */
  restarted: string[];
  close(): Promise<void>;
};

const place = { account: '000000000000', region: 'us-east-1' };

/**
 * Reads the wiring out of the CDK app's template and runs it on embedded parts. Expects what `npm run build` makes. Throws one line where a part cannot start; what had started by then is stopped.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const stops: (() => unknown)[] = [];
  const close = async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  };
  try {
    return { ...(await startParts(options, (stop) => stops.push(stop))), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function mustExist(path: string): void {
  if (!existsSync(path)) throw new Error(`${path} is missing: run npm run build first`);
}

/** Starts everything, telling `onClose` how each part is stopped, in the order of their start. */
async function startParts(
  options: StackOptions,
  onClose: (stop: () => unknown) => void,
): Promise<Omit<Stack, 'close'>> {
  const { directory, port, onLog } = options;
  const onError = (message: string, error: unknown) =>
    onLog(`${message}: ${error instanceof Error ? error.message : JSON.stringify(error)}`);

  mustExist(join(assemblyDirectory, `${stackName}.template.json`));
  const assembly = await readStack(assemblyDirectory, stackName);
  // Of what the CDK brings itself, nothing runs here.
  for (const asset of assembly.assets.values())
    if (dirname(asset) === resolve(functionsDirectory)) mustExist(relative('.', asset));
  // Queue URLs hold the port, which is known once the queues are there: the names come from a first reading.
  const readWith = (queueUrl: (name: string) => string) =>
    readWiring(assembly, { ...place, queueUrl, nameOf: physicalName, valueOf: physicalValue });
  const { buckets, queues } = readWith((name) => name);

  const database = await databaseFor(directory, { onLog, onFailure: options.onFailure ?? throwLate });
  onClose(database.stop);
  const handlers: Partial<ControlHandlers> = {};
  const control = await startControlServer(port && port + 1, handlers);
  onClose(control.close);
  let publish = (_event: unknown): void => {};
  const storage = await startObjectStorage({
    directory: join(directory, 'storage'),
    port,
    ...place,
    buckets: buckets.map(({ name, eventBridge, lifecycleRules }) => ({ name, notify: eventBridge, lifecycleRules })),
    queues,
    onObjectCreated: (event) => publish(event),
  });
  onClose(storage.stop);
  const wiring = readWith(storage.queueUrl);
  const endpoints = stackEndpoints(wiring, {
    storage: storage.endpoint,
    control: control.endpoint,
    databaseUrl: database.url,
  });
  const s3 = new S3Client({ ...localClientOptions, endpoint: storage.endpoint, forcePathStyle: true });
  const sqs = new SQSClient({ ...localClientOptions, endpoint: storage.endpoint });

  const functions = createFunctions(functionDefinitions(wiring, endpoints, options), {
    maxWorkers: laptopConcurrency,
    onLog: (name, line) => onLog(`${name} ${line}`),
  });
  onClose(functions.close);
  handlers.secretsManager = createSecretsManager(databaseSecrets(assembly.template, wiring, database));
  handlers.lambda = createInvokeEndpoint(functions);
  await functions.invoke(functionNamed(wiring, 'Migrate'), {});

  const invocations = createAsynchronousInvocations({
    invoke: functions.invoke,
    sendMessage: async (queueArn, MessageBody, attributes) => {
      const QueueUrl = storage.queueUrl(queueArn.split(':').at(-1) ?? '');
      const MessageAttributes = Object.fromEntries(
        Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
      );
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes }));
    },
    settingsOf: (functionArn) => wiring.asynchronousInvocations.find((given) => given.functionArn === functionArn),
    onError,
  });
  onClose(invocations.stop);
  const bus = createEventBus(wiring.rules, invocations.start);
  const stepFunctions = await createStepFunctions({
    stateMachines: wiring.stateMachines,
    invokeFunction: functions.invoke,
    s3,
    putEvents: async (entries) => {
      for (const entry of entries) bus.publish(putEvent(entry, place));
    },
    store: join(directory, 'step-functions'),
    onExecutionStatusChange: (change) => bus.publish(statusChangeEvent(change, place)),
  });
  onClose(stepFunctions.close);
  handlers.stepFunctions = stepFunctions.handler;
  // Connections of its own: what people look at waits for nothing of the stack.
  const watched = openDatabaseUrl(endpoints.databaseUrl, 2);
  onClose(() => watched.$client.end());
  handlers.console = createConsole({
    target: localTarget(endpoints),
    database: watched,
    stepFunctions,
    imagesBaseUrl: `${endpoints.s3}/${endpoints.imagesBucket}`,
  });
  publish = bus.publish;

  for (const interrupted of stepFunctions.interrupted) bus.publish(statusChangeEvent(interrupted, place));
  await invocations.settled();
  const restarted = await restartInterrupted(stepFunctions);
  replayLostDrops(storage.listDrops(endpoints.uploadsBucket), stepFunctions, endpoints.productImportArn, publish);

  const consumers = startMappings(wiring, sqs, functions.invoke, onError);
  onClose(() => Promise.all(consumers.map((consumer) => consumer.stop())));
  onClose(
    startSchedules(wiring.schedules, {
      invoke: invocations.start,
      startExecution: stepFunctions.startExecution,
      onError,
    }),
  );
  return { endpoints, restarted };
}

function throwLate(error: Error): void {
  setImmediate(() => {
    throw error;
  });
}

/** `StorageUploadsBDC5E374` → `supplier-import-uploads`, `WorkflowProductImport0E3713B8` → `ProductImport`. */
function physicalName({ logicalId, type }: { logicalId: string; type: string }): string {
  const name = logicalId.slice(0, -8).replace(/^(Storage|Functions|Workflow|Sweep|Undo)/, '');
  return type === 'AWS::S3::Bucket' ? `supplier-import-${name.toLowerCase()}` : name;
}

/** CloudFront has no counterpart here; IMAGES_BASE_URL, the one place that names it, is set to the S3 endpoint. */
function physicalValue({ type, attribute }: { type: string; attribute: string }): string | undefined {
  return type === 'AWS::CloudFront::Distribution' && attribute === 'DomainName' ? 'images.invalid' : undefined;
}
