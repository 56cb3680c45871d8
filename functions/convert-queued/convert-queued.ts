import { z } from 'zod';
import { type ImageBatch, imageBatchSchema } from '../../workflows/payloads/images.ts';

export const queueEventSchema = z.object({
  Records: z.array(z.object({ messageId: z.string(), body: z.string() })).min(1),
});
export type BatchResponse = { batchItemFailures: { itemIdentifier: string }[] };

export type Dependencies = {
  /** Runs ConvertImages to its end; throws where it did not succeed. */
  convertImages(batch: ImageBatch): Promise<void>;
  /** Called with each message that is left in the queue, and why. */
  reportFailure(messageId: string, reason: unknown): void;
};

/**
 * Converts the batch of each message in an execution of its own, side by side. A message that is
 * no batch can never succeed: it is reported as failed each time and ends in the dead-letter queue. Where an execution
 * fails, its message comes again; what became of the single images is in the database either way.
 */
export async function convertQueued(
  { convertImages, reportFailure }: Dependencies,
  { Records }: z.infer<typeof queueEventSchema>,
): Promise<BatchResponse> {
  const outcomes = await Promise.allSettled(
    Records.map(async ({ body }) => {
      await convertImages(imageBatchSchema.parse(JSON.parse(body)));
    }),
  );
  const failed = Records.flatMap(({ messageId }, index) => {
    const outcome = outcomes[index];
    return outcome?.status === 'rejected' ? [{ messageId, reason: outcome.reason }] : [];
  });
  for (const { messageId, reason } of failed) reportFailure(messageId, reason);
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}
