import type { SendMessageCommandInput } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { queueClient } from '../../../functions/sweep-images/queue.ts';
import { sendBatches } from '../../../functions/sweep-images/send-batches.ts';
import type { ImageBatch } from '../../../workflows/payloads/images.ts';
import { useServices } from '../../support/services.ts';

const { fauxqs } = useServices({ queues: ['images', 'refusing'] });

const batch = (imageId: number, sourceUrl = `https://cdn-${imageId}.example/a.jpg`): ImageBatch => ({
  Items: [
    {
      imageId,
      sourceUrl,
      supplierCode: 'acme',
      attempt: 1,
      etag: null,
      lastModified: null,
      headers: {},
      allowSvg: false,
    },
  ],
  takenAt: 1,
  holder: `message ${imageId}`,
});

const queueUrl = (name: string) => fauxqs().inspectQueue(name)?.url ?? '';
const received = (name: string) =>
  (fauxqs().inspectQueue(name)?.messages.ready ?? []).map(({ body }) => JSON.parse(body));

/** Sends the batches and tells what was refused, why, and with which parameters. */
async function send(url: string, batches: ImageBatch[]) {
  const calls: SendMessageCommandInput[] = [];
  const client = queueClient();
  client.middlewareStack.add(
    (next) => (call) => {
      // Whatever the client sends here is a SendMessage.
      calls.push(call.input as SendMessageCommandInput);
      return next(call);
    },
    { step: 'initialize', name: 'observe', override: true },
  );
  const reasons: unknown[] = [];
  const refused = await sendBatches(client, url, batches, (reason) => reasons.push(reason));
  return { refused, reasons, calls };
}

describe('sending batches to the queue', () => {
  it('sends each as one message in its host’s group', async () => {
    const batches = [batch(1), batch(2), batch(3)];
    const { refused, calls } = await send(queueUrl('images'), batches);
    expect(refused).toEqual([]);
    expect(received('images')).toEqual(batches);
    const groups = calls.map(({ MessageGroupId }) => MessageGroupId);
    expect(groups).toEqual(['cdn-1.example', 'cdn-2.example', 'cdn-3.example']);
  });

  it('names the batch that is refused and sends the others', async () => {
    const batches = [batch(1), batch(2, `https://cdn.example/${'x'.repeat(2_000_000)}`), batch(3)];
    const { refused, reasons } = await send(queueUrl('refusing'), batches);
    expect(refused).toEqual([batches[1]]);
    expect(reasons).toHaveLength(1);
    expect(received('refusing')).toEqual([batches[0], batches[2]]);
  });

  it('names every batch where the queue is not there', async () => {
    const batches = [batch(1), batch(2)];
    const { refused, reasons } = await send(queueUrl('images').replace('images', 'missing'), batches);
    expect(refused).toEqual(batches);
    expect(reasons).toHaveLength(2);
  });
});
