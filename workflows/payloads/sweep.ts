/** The input and output of SweepImages and of its one function. */
import { z } from 'zod';

/** What a sweep has done, all runs of an execution together. */
const sweptSchema = z.object({
  /** Images in messages that the queue accepted. */
  queued: z.number().int(),
  /** Images claimed and let go again as SQS refused their message. */
  released: z.number().int(),
  /** Given-up images that `retryFailed` put back. */
  retried: z.number().int(),
  /** Images whose message ended in the dead-letter queue, or was lost: failed with QUEUE_POISONED. */
  poisoned: z.number().int(),
  /** Replaced objects whose grace period was over. */
  removed: z.number().int(),
  /** Images' objects that `untracked` noted. */
  untracked: z.number().int(),
});
export type Swept = z.infer<typeof sweptSchema>;

export const sweepResultSchema = sweptSchema.extend({
  /** Images left that were due, as their hosts had no lane for them or are on hold: another run may take them. */
  due: z.number().int(),
  /** Images that wait for a later sweep. */
  waiting: z.number().int(),
  /** Seconds after which the execution sweeps again; 0: it ends. */
  waitSeconds: z.number().int(),
});
export type SweepResult = z.infer<typeof sweepResultSchema>;

/** Input of SweepImages; the schedule asks for nothing. */
export const sweepOptionsSchema = z.object({
  /** Also sweeps images that are due within so many seconds, but for those that the execution has tried. */
  dueWithinSeconds: z.number().int().nonnegative().optional(),
  /** Puts images that were given up back first: all, or those of a supplier, of an error code, or of both. */
  retryFailed: z
    .strictObject({ supplier: z.string().min(1).optional(), code: z.string().min(1).optional() })
    .optional(),
  /** Notes objects of the images bucket that no image refers to: a later sweep removes them. Null: of all suppliers. */
  untracked: z.strictObject({ supplier: z.string().min(1).nullable() }).optional(),
});
export type SweepOptions = z.infer<typeof sweepOptionsSchema>;

/** Output of SweepImages: its input, and what it did. */
export const sweepOutputSchema = sweepOptionsSchema.extend({ swept: sweepResultSchema });

/** State "Sweep". */
export const sweepInputSchema = z.object({
  /** Start of the execution, which sweeps again for so many seconds while images are due. */
  startedAt: z.iso.datetime({ offset: true }),
  forSeconds: z.number().int().nonnegative(),
  /** What the execution was asked for; `swept` from its second run on. */
  asked: sweepOptionsSchema.extend({ swept: sweepResultSchema.optional() }),
});
