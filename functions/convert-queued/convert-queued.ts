import { z } from 'zod';
import { type ImageItem, type imageBatchSchema, imageItemSchema } from '../../workflows/payloads.ts';

export const queueEventSchema = z.object({
  Records: z.array(z.object({ messageId: z.string(), body: z.string() })).min(1),
});
export type BatchResponse = { batchItemFailures: { itemIdentifier: string }[] };

export type Dependencies = {
  /** Runs ConvertImages to its end; throws where it did not succeed. */
  convertImages(batch: z.infer<typeof imageBatchSchema>): Promise<void>;
  /** Called with each message that is left in the queue, and why. */
  reportFailure(messageId: string, reason: unknown): void;
};

/**
 * Converts the images of a batch of messages in one execution. A message that is no image item can never succeed: it is
 * reported as failed each time and ends in the dead-letter queue. If the execution fails, all its messages come again;
 * what became of the single images is in the database either way.
 */
export async function convertQueued(
  { convertImages, reportFailure }: Dependencies,
  { Records }: z.infer<typeof queueEventSchema>,
): Promise<BatchResponse> {
  const failures = new Map<string, unknown>();
  const items = new Map<string, ImageItem>();
  for (const { messageId, body } of Records) {
    const item = imageItemSchema.safeParse(parseJson(body));
    if (item.success) items.set(messageId, item.data);
    else failures.set(messageId, item.error);
  }
  if (items.size > 0) {
    try {
      await convertImages({ Items: [...items.values()] });
    } catch (error) {
      for (const messageId of items.keys()) failures.set(messageId, error);
    }
  }
  for (const [messageId, reason] of failures) reportFailure(messageId, reason);
  return { batchItemFailures: [...failures.keys()].map((itemIdentifier) => ({ itemIdentifier })) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
