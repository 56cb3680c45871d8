import { z } from 'zod';
import { failureReason, type Reason } from './failure-reason.ts';

/**
 * EventBridge's "Step Functions Execution Status Change" of a machine of ours, for executions that ended without
 * a word of their own. https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
 */
export const executionStatusChangeSchema = z.object({
  'detail-type': z.literal('Step Functions Execution Status Change'),
  detail: z.object({
    executionArn: z.string().min(1),
    name: z.string().min(1),
    status: z.enum(['ABORTED', 'TIMED_OUT', 'FAILED']),
    input: z.string(),
    error: z.string().nullish(),
    cause: z.string().nullish(),
  }),
});
export type ExecutionStatusChange = z.infer<typeof executionStatusChangeSchema>;

/** Why an execution of an import or an undo ended, and what to do: `again` ends the sentence. */
export function reasonOfEnd(
  { status, error, cause }: ExecutionStatusChange['detail'],
  what: 'import' | 'undo',
  again: string,
): Reason {
  switch (status) {
    case 'ABORTED':
      return { name: 'ExecutionAborted', message: `The ${what} was stopped before it was done; ${again}.` };
    case 'TIMED_OUT':
      return { name: 'ExecutionTimedOut', message: `The ${what} took longer than an execution may; ${again}.` };
    case 'FAILED':
      return failureReason({ Error: error ?? 'ExecutionFailed', Cause: cause ?? '' });
  }
}
