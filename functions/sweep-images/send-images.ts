import { SendMessageBatchCommand, type SendMessageBatchRequestEntry, type SQSClient } from '@aws-sdk/client-sqs';
import type { ImageItem } from '../../workflows/payloads.ts';

/** SendMessageBatch takes 10 messages and, all together, 256 KiB in every queue. */
const maxEntries = 10;
const maxBytes = 250_000;

/**
 * Sends one message per image and returns the ids of the images whose message the queue did not take, `refusal` being
 * called with the reason of each call that had any. The message group is the supplier: a fair queue lets no supplier's
 * backlog hold up the others.
 */
export async function sendImages(
  client: SQSClient,
  queueUrl: string,
  items: readonly ImageItem[],
  refusal: (reason: unknown) => void,
): Promise<Set<number>> {
  const refused = new Set<number>();
  for (const Entries of batches(items)) {
    try {
      const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
      for (const { Id } of Failed) refused.add(Number(Id));
      if (Failed.length > 0) refusal(Failed);
    } catch (error) {
      for (const { Id } of Entries) refused.add(Number(Id));
      refusal(error);
    }
  }
  return refused;
}

function batches(items: readonly ImageItem[]): SendMessageBatchRequestEntry[][] {
  const full: SendMessageBatchRequestEntry[][] = [];
  let batch: SendMessageBatchRequestEntry[] = [];
  let bytes = 0;
  for (const item of items) {
    const MessageBody = JSON.stringify(item);
    const size = Buffer.byteLength(MessageBody);
    if (batch.length === maxEntries || (batch.length > 0 && bytes + size > maxBytes)) {
      full.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push({ Id: String(item.imageId), MessageBody, MessageGroupId: item.supplierCode });
    bytes += size;
  }
  return batch.length > 0 ? [...full, batch] : full;
}
