import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { type UndoSummary, undoSummarySchema } from '../../workflows/payloads/undo.ts';
import type { Target } from '../target/clients.ts';
import { followExecution, summaryIn } from './follow-execution.ts';
import { createProgressReader, type ExecutionProgress } from './progress.ts';

/** Starts the undo of an import, given by its id or the name of its execution; returns the ARN of the undo's execution. */
export async function startUndo(target: Target, asked: string, { dryRun }: { dryRun: boolean }): Promise<string> {
  if (!/^[\w.-]{1,128}$/.test(asked)) throw new Error(`"${asked}" is neither an import's id nor an execution's name`);
  const { executionArn = '' } = await target.stepFunctions.send(
    new StartExecutionCommand({
      stateMachineArn: target.undoImportArn,
      input: JSON.stringify({ import: asked, dryRun }),
    }),
  );
  return executionArn;
}

/** Waits for the end of an undo. Throws the sentence with which it is refused. */
export async function followUndo(
  target: Target,
  executionArn: string,
  onProgress: (progress: ExecutionProgress) => void,
): Promise<UndoSummary> {
  const read = createProgressReader(target, executionArn);
  const { status, error, output } = await followExecution(target, executionArn, async (seconds) =>
    onProgress(await read(seconds)),
  );
  if (error) throw new Error(error.message);
  if (status !== 'SUCCEEDED') throw new Error(`The execution ended as ${status}: ${executionArn}`);
  return undoSummarySchema.parse(summaryIn(output));
}
