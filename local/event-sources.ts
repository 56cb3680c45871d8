import type { SQSClient } from '@aws-sdk/client-sqs';
import type { AsynchronousInvocation } from './aws/events/asynchronous-invocations.ts';
import { type QueueConsumer, startQueueConsumer } from './aws/events/queue-consumer.ts';
import { startSchedule } from './aws/events/schedule.ts';
import { scheduledCall } from './aws/events/schedule-target.ts';
import type { Functions } from './aws/lambda/functions.ts';
import type { StepFunctions } from './aws/step-functions/index.ts';
import type { Wiring } from './aws/template/wiring.ts';

/** Starts the template's event source mappings. */
export function startMappings(
  wiring: Wiring,
  client: SQSClient,
  invoke: Functions['invoke'],
  onError: (message: string, error: unknown) => void,
): QueueConsumer[] {
  return wiring.eventSourceMappings
    .filter(({ enabled }) => enabled)
    .map(({ functionName, queueArn, ...mapping }) => {
      const queue = wiring.queues.find(({ arn }) => arn === queueArn);
      if (queue === undefined)
        throw new Error(`The mapping of ${functionName} reads ${queueArn}, which is not in the template`);
      return startQueueConsumer({
        client,
        queueUrl: queue.url,
        queueArn,
        ...mapping,
        visibilityTimeoutSeconds: queue.visibilityTimeoutSeconds,
        invoke: (event) => invoke(functionName, event),
        onError,
      });
    });
}

export type ScheduleStarts = {
  invoke: (invocation: AsynchronousInvocation) => void;
  startExecution: StepFunctions['startExecution'];
  /** Hears of executions that could not be started. */
  onError: (message: string, error: unknown) => void;
};

/** Starts the template's schedules; returns what stops them. Throws for a target that is not emulated. */
export function startSchedules(
  schedules: Wiring['schedules'],
  { invoke, startExecution, onError }: ScheduleStarts,
): () => void {
  const stops = schedules
    .filter(({ enabled }) => enabled)
    .map(({ name, expression, target }) => {
      const call = scheduledCall(target);
      const run = () => {
        if (call.kind === 'function') return invoke({ ...call, deadLetterArn: target.deadLetterArn });
        try {
          startExecution(call);
        } catch (error) {
          onError(`The schedule ${name} started no execution of ${call.stateMachineArn}`, error);
        }
      };
      return startSchedule(expression, run);
    });
  return () => {
    for (const stop of stops) stop();
  };
}
