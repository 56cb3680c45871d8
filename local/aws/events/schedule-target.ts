import { z } from 'zod';

/** What a schedule starts each time it is due. */
export type ScheduledCall =
  | { kind: 'function'; functionArn: string; payload: unknown }
  | { kind: 'execution'; stateMachineArn: string; name?: string; input: string };

/** The target is nothing that runs on a laptop. */
export class UnsupportedTargetError extends Error {
  override name = 'UnsupportedTarget';
}

const startExecutionSchema = z.strictObject({
  StateMachineArn: z.string(),
  Name: z.string().optional(),
  Input: z.string().default('{}'),
});

/**
 * The call of an EventBridge Scheduler target: a function or a state machine by its ARN, which get `input`, or
 * StartExecution as a universal target, whose `input` is its request. Throws {@link UnsupportedTargetError}.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets.html
 */
export function scheduledCall({ arn, input = '{}' }: { arn: string; input?: string }): ScheduledCall {
  if (input.includes('<aws.scheduler.')) throw new UnsupportedTargetError(`Not emulated: context attributes, ${input}`);
  if (/^arn:[^:]+:lambda:[^:]*:[^:]*:function:/.test(arn)) {
    return { kind: 'function', functionArn: arn, payload: JSON.parse(input) };
  }
  if (/^arn:[^:]+:states:[^:]*:[^:]*:stateMachine:/.test(arn)) {
    return { kind: 'execution', stateMachineArn: arn, input };
  }
  if (/^arn:[^:]+:scheduler:::aws-sdk:sfn:startExecution$/.test(arn)) {
    const request = startExecutionSchema.safeParse(JSON.parse(input));
    if (!request.success) throw new UnsupportedTargetError(`${arn}: ${z.prettifyError(request.error)}`);
    const { StateMachineArn: stateMachineArn, Name: name, Input } = request.data;
    return { kind: 'execution', stateMachineArn, name, input: Input };
  }
  throw new UnsupportedTargetError(`A schedule's target is not emulated: ${arn}`);
}
