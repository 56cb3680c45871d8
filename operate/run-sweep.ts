import { setTimeout as sleep } from 'node:timers/promises';
import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { z } from 'zod';
import { type SweepResult, type sweepInputSchema, sweepResultSchema } from '../workflows/payloads/sweep.ts';
import type { Target } from './clients.ts';
import { invokeFunction } from './invoke-function.ts';

/** Invokes sweep-images; throws its error where it fails. */
export async function invokeSweep(target: Target, event: z.input<typeof sweepInputSchema>): Promise<SweepResult> {
  const result = await invokeFunction(target, target.sweepFunction, event).catch((error: unknown) => {
    throw new Error(`The sweep failed: ${error instanceof Error ? error.message : error}`, { cause: error });
  });
  return sweepResultSchema.parse(result);
}

export type Backlog = { messages: number; runningImports: number };

/** Waits until the queue is empty, in-flight messages included, and no import runs. */
export async function waitForBacklog(target: Target, onProgress: (backlog: Backlog) => void): Promise<void> {
  for (;;) {
    const backlog = await readBacklog(target);
    if (backlog.messages === 0 && backlog.runningImports === 0) return;
    onProgress(backlog);
    await sleep(target.pollMilliseconds);
  }
}

async function readBacklog(target: Target): Promise<Backlog> {
  const [messages, { executions = [] }] = await Promise.all([
    countMessages(target, target.imageQueueUrl),
    target.stepFunctions.send(
      new ListExecutionsCommand({ stateMachineArn: target.productImportArn, statusFilter: 'RUNNING', maxResults: 100 }),
    ),
  ]);
  return { messages, runningImports: executions.length };
}

/** Messages in a queue, those in flight and delayed included, as SQS counts them: it may lag by some seconds. */
export async function countMessages(target: Target, queueUrl: string): Promise<number> {
  const { Attributes = {} } = await target.sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ],
    }),
  );
  return Object.values(Attributes).reduce((total, count) => total + Number(count), 0);
}
