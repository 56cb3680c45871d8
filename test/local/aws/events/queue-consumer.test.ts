import { setTimeout as sleep } from 'node:timers/promises';
import { ReceiveMessageCommand, SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type QueueConsumerOptions, startQueueConsumer } from '../../../../local/aws/events/queue-consumer.ts';
import { throttled } from '../../../../local/aws/lambda/errors.ts';
import { startStorage } from '../object-storage/storage.ts';

const arn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;

/** A real queue with a dead-letter queue after two receives, and a way to consume it. */
async function startQueue(VisibilityTimeout = '30') {
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arn('dead'), maxReceiveCount: 2 });
  const { storage, sqs } = await startStorage({
    queues: [
      { name: 'dead', attributes: {} },
      { name: 'images', attributes: { VisibilityTimeout, RedrivePolicy } },
    ],
  });
  const queueUrl = storage.queueUrl('images');
  const batches: string[][] = [];
  const errors: string[] = [];
  return {
    batches,
    errors,
    send: (...bodies: string[]) =>
      sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: queueUrl,
          Entries: bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody })),
        }),
      ),
    sendWithAttributes: () =>
      sqs.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: 'body',
          MessageAttributes: { supplier: { DataType: 'String', StringValue: 'acme' } },
        }),
      ),
    /** What is there to receive, of the dead-letter queue or of the queue itself. */
    async receive(name: string, WaitTimeSeconds = 0) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: storage.queueUrl(name), MaxNumberOfMessages: 10, WaitTimeSeconds }),
      );
      return Messages.map(({ Body }) => Body);
    },
    consume(
      invoke: (event: SQSEvent, bodies: string[]) => Promise<unknown>,
      settings: Partial<QueueConsumerOptions> = {},
    ) {
      const consumer = startQueueConsumer({
        client: sqs,
        queueUrl,
        queueArn: arn('images'),
        batchSize: 10,
        batchingWindowSeconds: 0,
        reportBatchItemFailures: true,
        visibilityTimeoutSeconds: 30,
        throttleDelay: 1,
        invoke: (event) => {
          const bodies = event.Records.map(({ body }) => body);
          batches.push(bodies);
          return invoke(event, bodies);
        },
        onError: (message) => errors.push(message),
        ...settings,
      });
      onTestFinished(() => consumer.stop());
      return consumer;
    },
  };
}

const failing = (event: SQSEvent, body: string) => ({
  batchItemFailures: event.Records.filter((record) => record.body === body).map(({ messageId }) => ({
    itemIdentifier: messageId,
  })),
});

describe('a message', () => {
  it('arrives as Lambda hands it over, and is deleted', async () => {
    const queue = await startQueue('1');
    const events: SQSEvent[] = [];
    await queue.sendWithAttributes();
    const consumer = queue.consume(async (event) => void events.push(event));
    await vi.waitFor(() => expect(events).toHaveLength(1));
    await consumer.stop();
    expect(events[0]?.Records).toEqual([
      {
        messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        receiptHandle: expect.any(String),
        body: 'body',
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: expect.stringMatching(/^\d{13}$/),
          SenderId: '000000000000',
          ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
        },
        messageAttributes: {
          supplier: { dataType: 'String', stringValue: 'acme', stringListValues: [], binaryListValues: [] },
        },
        md5OfBody: '841a2d689ad86bd1611447453c22c6fc',
        eventSource: 'aws:sqs',
        eventSourceARN: arn('images'),
        awsRegion: 'us-east-1',
      },
    ]);
    // Its visibility timeout is a second: were it still there, it would come back.
    expect(await queue.receive('images', 2)).toEqual([]);
  });

  it('that the function reports as failed comes back, then goes to the dead-letter queue', async () => {
    const queue = await startQueue('1');
    await queue.send('good', 'bad');
    queue.consume(async (event) => failing(event, 'bad'));
    await vi.waitFor(async () => expect(await queue.receive('dead')).toEqual(['bad']), {
      timeout: 20_000,
      interval: 200,
    });
    expect(queue.batches).toEqual([['good', 'bad'], ['bad']]);
    expect(queue.errors).toHaveLength(2);
  });

  it('comes back with its whole batch when the function throws', async () => {
    const queue = await startQueue('1');
    await queue.send('a', 'b');
    let calls = 0;
    queue.consume(() => (++calls === 1 ? Promise.reject(new Error('down')) : Promise.resolve()));
    await vi.waitFor(() => expect(queue.batches.flat().toSorted()).toEqual(['a', 'a', 'b', 'b']), 20_000);
  });
});

describe('a batch', () => {
  it('is gathered for the batching window, over what one request brings', async () => {
    const queue = await startQueue();
    queue.consume(async () => undefined, { batchSize: 15, batchingWindowSeconds: 20 });
    await queue.send(...Array.from({ length: 10 }, (_, n) => `first ${n}`));
    await queue.send(...Array.from({ length: 5 }, (_, n) => `second ${n}`));
    await vi.waitFor(() => expect(queue.batches.map((batch) => batch.length)).toEqual([15]), 15_000);
  });

  it('is handed over incomplete when the window is over', async () => {
    const queue = await startQueue();
    queue.consume(async () => undefined, { batchSize: 100, batchingWindowSeconds: 1 });
    await queue.send('a');
    await vi.waitFor(() => expect(queue.batches).toEqual([['a']]), 10_000);
  });
});

describe('a throttled batch', () => {
  it('is handed over again while its messages are invisible, as often as it takes', async () => {
    const queue = await startQueue();
    queue.consume(() => (queue.batches.length < 5 ? Promise.reject(throttled()) : Promise.resolve()));
    await queue.send('a');
    await vi.waitFor(() => expect(queue.batches).toHaveLength(5), 10_000);
    expect(await queue.receive('images')).toEqual([]);
    expect(queue.errors).toEqual([]);
  });

  it('comes back when they are visible again', async () => {
    const queue = await startQueue('1');
    queue.consume(() => Promise.reject(throttled()), { visibilityTimeoutSeconds: 1, throttleDelay: 200 });
    await queue.send('a');
    await vi.waitFor(async () => expect(await queue.receive('dead')).toEqual(['a']), {
      timeout: 20_000,
      interval: 200,
    });
    expect(queue.errors).toHaveLength(2);
  });
});

describe('the consumer', () => {
  it('invokes no more at once than the mapping allows', async () => {
    const queue = await startQueue();
    let running = 0;
    let most = 0;
    const invoke = async () => {
      running += 1;
      most = Math.max(most, running);
      await sleep(50);
      running -= 1;
    };
    await queue.send(...Array.from({ length: 8 }, (_, n) => String(n)));
    queue.consume(invoke, { batchSize: 1, maximumConcurrency: 3 });
    await vi.waitFor(() => expect(queue.batches).toHaveLength(8), 10_000);
    expect(most).toBe(3);
  });

  it('finishes what it has taken when it stops, and takes no more', async () => {
    const queue = await startQueue();
    let finished = false;
    const started = Promise.withResolvers<void>();
    const consumer = queue.consume(async () => {
      started.resolve();
      await sleep(100);
      finished = true;
    });
    await queue.send('one');
    await started.promise;
    await consumer.stop();
    expect(finished).toBe(true);
    await queue.send('two');
    expect(await queue.receive('images', 1)).toEqual(['two']);
  });

  it('waits and reports while the endpoint does not answer', async () => {
    const queue = await startQueue();
    const consumer = queue.consume(async () => undefined, { queueUrl: 'http://127.0.0.1:1/000000000000/nowhere' });
    await vi.waitFor(() => expect(queue.errors).not.toHaveLength(0), 20_000);
    await consumer.stop();
    expect(queue.errors.length).toBeLessThan(5);
  });
});
