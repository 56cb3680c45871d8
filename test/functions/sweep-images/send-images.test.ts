import type { SendMessageBatchCommandInput } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { queueClient } from '../../../functions/shared/queue.ts';
import { sendImages } from '../../../functions/sweep-images/send-images.ts';
import type { ImageItem } from '../../../workflows/payloads.ts';
import { useServices } from '../../support/services.ts';

const { fauxqs } = useServices({ queues: ['images', 'large', 'refusing'] });

const item = (imageId: number, values: Partial<ImageItem> = {}): ImageItem => ({
  imageId,
  sourceUrl: `https://cdn.example/${imageId}.jpg`,
  supplierCode: 'acme',
  attempt: 1,
  etag: null,
  lastModified: null,
  headers: {},
  allowSvg: false,
  ...values,
});

const queueUrl = (name: string) => fauxqs().inspectQueue(name)?.url ?? '';
const received = (name: string) =>
  (fauxqs().inspectQueue(name)?.messages.ready ?? []).map(({ body }) => JSON.parse(body).imageId);

/** Sends the items and tells what was refused, why, and in which calls. */
async function send(url: string, items: ImageItem[]) {
  const calls: SendMessageBatchCommandInput[] = [];
  const client = queueClient();
  const observe = { step: 'initialize', name: 'observe', override: true } as const;
  client.middlewareStack.add(
    (next) => (call) => {
      // Whatever the client sends here is a SendMessageBatch.
      calls.push(call.input as SendMessageBatchCommandInput);
      return next(call);
    },
    observe,
  );
  const reasons: unknown[] = [];
  const refused = await sendImages(client, url, items, (reason) => reasons.push(reason));
  return { refused: [...refused], reasons, calls };
}

describe('sending images to the queue', () => {
  it('sends each as one message in its supplier’s group, ten a call', async () => {
    const items = Array.from({ length: 25 }, (_, index) => item(index + 1, { supplierCode: `supplier-${index % 2}` }));
    const { refused, calls } = await send(queueUrl('images'), items);
    expect(refused).toEqual([]);
    expect(received('images')).toEqual(items.map(({ imageId }) => imageId));
    expect(calls.map(({ Entries = [] }) => Entries.length)).toEqual([10, 10, 5]);
    const entries = calls.flatMap(({ Entries = [] }) => Entries);
    expect(entries.map(({ MessageBody = '' }) => JSON.parse(MessageBody))).toEqual(items);
    expect(entries.map(({ MessageGroupId }) => MessageGroupId)).toEqual(items.map(({ supplierCode }) => supplierCode));
  });

  it('keeps calls below the 256 KiB that every queue takes', async () => {
    const items = Array.from({ length: 10 }, (_, index) => item(index + 1, { sourceUrl: 'ü'.repeat(30_000) }));
    const { refused, calls } = await send(queueUrl('large'), items);
    expect(refused).toEqual([]);
    expect(received('large')).toHaveLength(10);
    for (const { Entries = [] } of calls) {
      const bytes = Entries.reduce((sum, { MessageBody = '' }) => sum + Buffer.byteLength(MessageBody), 0);
      expect(bytes).toBeLessThanOrEqual(262_144);
    }
  });

  it('names the image whose message is refused and sends its neighbours', async () => {
    const items = [item(1), item(2, { sourceUrl: 'x'.repeat(2_000_000) }), item(3)];
    const { refused, reasons } = await send(queueUrl('refusing'), items);
    expect(refused).toEqual([2]);
    expect(reasons).toHaveLength(1);
    expect(received('refusing')).toEqual([1, 3]);
  });

  it('names every image of a call that failed', async () => {
    const { refused, reasons } = await send(queueUrl('images').replace('images', 'missing'), [item(1), item(2)]);
    expect(refused).toEqual([1, 2]);
    expect(reasons).toHaveLength(1);
  });
});
