import { setTimeout as sleep } from 'node:timers/promises';
import { GetExecutionHistoryCommand, ListExecutionsCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { type SweepOptions, type SweepResult, sweepOutputSchema } from '../../workflows/payloads/sweep.ts';
import type { Target } from '../target/clients.ts';
import { followExecution } from './follow-execution.ts';

/** Starts SweepImages; returns the ARN of its execution. */
export async function startSweep(target: Target, options: SweepOptions = {}): Promise<string> {
  const { executionArn = '' } = await target.stepFunctions.send(
    new StartExecutionCommand({ stateMachineArn: target.sweepImagesArn, input: JSON.stringify(options) }),
  );
  return executionArn;
}

export type SweepProgress = {
  /** What was done so far; null before the end of the first run. */
  swept: SweepResult | null;
  seconds: number;
};

/** Follows an execution of SweepImages to its end, and returns what it did. Throws one line where it did not succeed. */
export async function followSweep(
  target: Target,
  executionArn: string,
  onProgress: (progress: SweepProgress) => void,
): Promise<SweepResult> {
  const { status, error, output } = await followExecution(target, executionArn, async (seconds) =>
    onProgress({ swept: await lastRun(target, executionArn), seconds }),
  );
  if (error) throw new Error(`The sweep failed: ${error.name}: ${error.message}`);
  if (status !== 'SUCCEEDED') throw new Error(`The sweep ended as ${status}: ${executionArn}`);
  return sweepOutputSchema.parse(output).swept;
}

/** Events since the last run of "Sweep" are fewer: its Choice, its Wait and a few tries of the next. */
const recentEvents = 30;

async function lastRun(target: Target, executionArn: string): Promise<SweepResult | null> {
  const { events = [] } = await target.stepFunctions.send(
    new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: recentEvents }),
  );
  const exited = events.find((event) => event.type === 'TaskStateExited')?.stateExitedEventDetails;
  return exited?.output === undefined ? null : sweepOutputSchema.parse(JSON.parse(exited.output)).swept;
}

/** Sweeps until nothing is due, and waits until the queue is empty and no import runs. */
export async function sweepToTheEnd(target: Target, options: SweepOptions = {}): Promise<SweepResult> {
  const swept = await followSweep(target, await startSweep(target, options), () => {});
  await waitForBacklog(target, () => {});
  return swept;
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
