import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { ImageBatch } from '../../workflows/payloads/images.ts';

/**
 * Sends one message per batch and returns the batches that the queue did not take, `refusal` being called with each
 * reason. The message group is the host: a fair queue lets no host's backlog hold up the others.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
 */
export async function sendBatches(
  client: SQSClient,
  queueUrl: string,
  batches: readonly ImageBatch[],
  refusal: (reason: unknown) => void,
): Promise<ImageBatch[]> {
  const refused: ImageBatch[] = [];
  for (const batch of batches) {
    try {
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: JSON.stringify(batch),
          MessageGroupId: messageGroup(batch),
        }),
      );
    } catch (error) {
      refused.push(batch);
      refusal(error);
    }
  }
  return refused;
}

/** A batch of several small hosts belongs to the first of them. At most 128 letters, digits and ASCII punctuation. */
function messageGroup({ Items: [first] }: ImageBatch): string {
  return first && URL.canParse(first.sourceUrl) ? new URL(first.sourceUrl).host.slice(0, 128) || 'none' : 'none';
}
