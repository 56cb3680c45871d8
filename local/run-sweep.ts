import { setTimeout as sleep } from 'node:timers/promises';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { type SweepResult, sweepResultSchema } from '../workflows/payloads.ts';
import type { Target } from './clients.ts';

const pollMilliseconds = 300;

/** Invokes sweep-images; throws its error where it fails. */
export async function invokeSweep(target: Target, event: { dueWithinSeconds: number }): Promise<SweepResult> {
  const { Payload, FunctionError } = await target.lambda.send(
    new InvokeCommand({ FunctionName: target.sweepFunction, Payload: JSON.stringify(event) }),
  );
  const payload: unknown = JSON.parse(Buffer.from(Payload ?? []).toString('utf8') || 'null');
  if (FunctionError) {
    const message =
      typeof payload === 'object' && payload !== null && 'errorMessage' in payload
        ? payload.errorMessage
        : FunctionError;
    throw new Error(`The sweep failed: ${message}`);
  }
  return sweepResultSchema.parse(payload);
}

export type Backlog = { messages: number; runningImports: number };

/** Waits until the queue is empty, in-flight messages included, and no import runs. */
export async function waitForBacklog(target: Target, onProgress: (backlog: Backlog) => void): Promise<void> {
  for (;;) {
    const backlog = await readBacklog(target);
    if (backlog.messages === 0 && backlog.runningImports === 0) return;
    onProgress(backlog);
    await sleep(pollMilliseconds);
  }
}

async function readBacklog(target: Target): Promise<Backlog> {
  const [{ Attributes = {} }, { executions = [] }] = await Promise.all([
    target.sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: target.imageQueueUrl,
        AttributeNames: [
          'ApproximateNumberOfMessages',
          'ApproximateNumberOfMessagesNotVisible',
          'ApproximateNumberOfMessagesDelayed',
        ],
      }),
    ),
    target.stepFunctions.send(
      new ListExecutionsCommand({ stateMachineArn: target.productImportArn, statusFilter: 'RUNNING', maxResults: 100 }),
    ),
  ]);
  const messages = Object.values(Attributes).reduce((total, count) => total + Number(count), 0);
  return { messages, runningImports: executions.length };
}
