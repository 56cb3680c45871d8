/** The input and output of sweep-images. */
import { z } from 'zod';

/** State "Sweep" of SweepImages; an operator may look ahead. */
export const sweepInputSchema = z.object({
  /** Treat images due within this many seconds from now as due. */
  dueWithinSeconds: z.number().int().nonnegative().default(0),
  /** Puts images that were given up back first: all, or those of a supplier, of an error code, or of both. */
  retryFailed: z
    .strictObject({ supplier: z.string().min(1).optional(), code: z.string().min(1).optional() })
    .optional(),
  /** Notes objects of the images bucket that no image refers to: a later sweep removes them. Null: of all suppliers. */
  untracked: z.strictObject({ supplier: z.string().min(1).nullable() }).optional(),
  /** Start of the execution, which sweeps again for so many seconds while images are due. */
  startedAt: z.iso.datetime({ offset: true }).optional(),
  forSeconds: z.number().int().nonnegative().default(0),
});
export const sweepResultSchema = z.object({
  /** Images in messages that the queue accepted. */
  queued: z.number().int(),
  /** Images claimed and let go again as SQS refused their message. */
  released: z.number().int(),
  /** Images left that were due, as their hosts had no lane for them: another sweep may take them in some minutes. */
  due: z.number().int(),
  /** Images that wait for a later sweep. */
  waiting: z.number().int(),
  /** Given-up images that `retryFailed` put back. */
  retried: z.number().int(),
  /** Images whose message ended in the dead-letter queue, or was lost: failed with QUEUE_POISONED. */
  poisoned: z.number().int(),
  /** Replaced objects whose grace period was over. */
  removed: z.number().int(),
  /** Images' objects that `untracked` noted. */
  untracked: z.number().int().optional(),
  /** Seconds after which the execution sweeps again; 0: it ends. */
  waitSeconds: z.number().int(),
});
export type SweepResult = z.infer<typeof sweepResultSchema>;
