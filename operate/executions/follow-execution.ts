import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import type { Target } from '../target/clients.ts';

export type FollowedExecution = {
  executionArn: string;
  status: string;
  /** Unchecked; null where it has none. */
  output: unknown;
  error: { name: string; message: string } | null;
};

/** Follows an execution to its end; `onProgress` is called with the seconds since its start, and waited for. */
export async function followExecution(
  target: Target,
  executionArn: string,
  onProgress: (seconds: number) => unknown,
): Promise<FollowedExecution> {
  for (;;) {
    const execution = await target.stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
    const { status = 'UNKNOWN', error, cause = '', output = 'null', startDate } = execution;
    if (status !== 'RUNNING') {
      return {
        executionArn,
        status,
        output: JSON.parse(output),
        error: error ? { name: error, message: cause } : null,
      };
    }
    await onProgress((Date.now() - (startDate?.getTime() ?? Date.now())) / 1000);
    await sleep(target.pollMilliseconds);
  }
}

/** The summary that an execution's output has; null where it has none. */
export function summaryIn(output: unknown): unknown {
  return typeof output === 'object' && output !== null && 'summary' in output ? output.summary : null;
}
