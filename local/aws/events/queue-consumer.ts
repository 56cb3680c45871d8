import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { isThrottled } from '../lambda/errors.ts';
import { queueEvent, succeededMessages } from './queue-batch.ts';

export type QueueConsumerOptions = {
  client: SQSClient;
  queueUrl: string;
  queueArn: string;
  /** Settings of the event source mapping. */
  batchSize: number;
  batchingWindowSeconds: number;
  /** Invocations at once; Lambda begins with five pollers where the mapping sets none. */
  maximumConcurrency?: number;
  reportBatchItemFailures: boolean;
  /** Of the queue: how long a batch that is throttled is tried again. */
  visibilityTimeoutSeconds: number;
  /** Milliseconds between such tries, 1,000 by default. */
  throttleDelay?: number;
  invoke: (event: SQSEvent) => Promise<unknown>;
  /** Hears of failed batches, whose messages come back, and of an endpoint that does not answer. */
  onError: (message: string, error: unknown) => void;
};

export type QueueConsumer = {
  /** Takes no more messages, and resolves when those taken are done: after a second, plus the running invocations. */
  stop(): Promise<void>;
};

/** SQS hands out ten messages a request at most. */
const receiveLimit = 10;
/**
 * Seconds that a request waits for a message, which bounds how long `stop` takes. A waiting request is never cut off:
 * the server would hand it the next message all the same, which then stays hidden for its visibility timeout.
 */
const waitSeconds = 1;

/**
 * A Lambda event source mapping of a standard queue. A message whose batch failed is left alone: it comes back when
 * its visibility timeout is over, and SQS moves it to the dead-letter queue by the redrive policy.
 */
export function startQueueConsumer(options: QueueConsumerOptions): QueueConsumer {
  const { client, queueUrl, queueArn, batchSize, invoke, onError } = options;
  const { maximumConcurrency = 5, throttleDelay = 1000 } = options;
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();

  async function poll(): Promise<void> {
    while (!stopping.signal.aborted) {
      if (running.size >= maximumConcurrency) {
        await Promise.race(running);
        continue;
      }
      const batch = await collect();
      if (batch.length === 0) continue;
      const work = handle(batch).finally(() => running.delete(work));
      running.add(work);
    }
  }

  /** One batch: full, or what came within the batching window of its first message. */
  async function collect(): Promise<Message[]> {
    const batch = await receive(Math.min(receiveLimit, batchSize), waitSeconds);
    const end = performance.now() + options.batchingWindowSeconds * 1000;
    while (batch.length > 0 && batch.length < batchSize && performance.now() < end && !stopping.signal.aborted) {
      const seconds = Math.min(waitSeconds, Math.floor((end - performance.now()) / 1000));
      const more = await receive(Math.min(receiveLimit, batchSize - batch.length), seconds);
      batch.push(...more);
      // Less than a second left: too short for a request to wait, and asking again and again would be a busy loop.
      if (more.length === 0 && seconds === 0) break;
    }
    return batch;
  }

  async function receive(MaxNumberOfMessages: number, WaitTimeSeconds: number): Promise<Message[]> {
    try {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages,
          WaitTimeSeconds,
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
        }),
      );
      return Messages;
    } catch (error) {
      onError(`No messages from ${queueUrl}`, error);
      await sleep(1000, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
      return [];
    }
  }

  async function handle(batch: readonly Message[]): Promise<void> {
    try {
      const response = await untilAdmitted(queueEvent(batch, queueArn));
      const done = options.reportBatchItemFailures ? succeededMessages(batch, response) : batch;
      if (done.length < batch.length) {
        onError(`${batch.length - done.length} of ${batch.length} messages of ${queueUrl} failed`, response);
      }
      await remove(done);
    } catch (error) {
      onError(`A batch of ${batch.length} messages of ${queueUrl} failed`, error);
    }
  }

  /** Invokes the function, again and again while it is throttled, until the messages become visible to others. */
  async function untilAdmitted(event: SQSEvent): Promise<unknown> {
    const end = performance.now() + options.visibilityTimeoutSeconds * 1000;
    for (;;) {
      try {
        return await invoke(event);
      } catch (error) {
        if (!isThrottled(error) || performance.now() + throttleDelay > end) throw error;
      }
      await sleep(throttleDelay, undefined, { signal: stopping.signal, ref: false });
    }
  }

  async function remove(messages: readonly Message[]): Promise<void> {
    for (let start = 0; start < messages.length; start += receiveLimit) {
      const Entries = messages
        .slice(start, start + receiveLimit)
        .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      const { Failed = [] } = await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
      if (Failed.length > 0) onError(`${Failed.length} messages of ${queueUrl} were not deleted`, Failed);
    }
  }

  const polling = poll();
  return {
    async stop() {
      stopping.abort();
      await polling;
      await Promise.all(running);
    },
  };
}
