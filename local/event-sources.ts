import type { SQSClient } from '@aws-sdk/client-sqs';
import type { AsynchronousInvocation } from './aws/events/asynchronous-invocations.ts';
import { type QueueConsumer, startQueueConsumer } from './aws/events/queue-consumer.ts';
import { startSchedule } from './aws/events/schedule.ts';
import { targetPayload } from './aws/events/target-input.ts';
import type { Functions } from './aws/lambda/functions.ts';
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
        invoke: (event) => invoke(functionName, event),
        onError,
      });
    });
}

/** Starts the template's schedules; returns what stops them. */
export function startSchedules(wiring: Wiring, start: (invocation: AsynchronousInvocation) => void): () => void {
  const jobs = wiring.schedules
    .filter(({ enabled }) => enabled)
    .map(({ expression, timezone, target }) =>
      startSchedule(expression, timezone ?? 'UTC', new Date(), () =>
        start({
          functionArn: target.arn,
          payload: targetPayload(target, {}),
          maximumRetryAttempts: target.maximumRetryAttempts,
          deadLetterArn: target.deadLetterArn,
        }),
      ),
    );
  return () => {
    for (const job of jobs) job.stop();
  };
}
