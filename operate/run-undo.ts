import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { type UndoSummary, undoSummarySchema } from '../workflows/payloads/undo.ts';
import type { Target } from './clients.ts';
import { followExecution, type ImportProgress } from './follow-import.ts';

/**
 * Undoes an import, by its id or the name of its execution, and waits for the end of it. Throws the sentence with which an
 * undo is refused.
 */
export async function runUndo(
  target: Target,
  asked: string,
  { dryRun }: { dryRun: boolean },
  onProgress: (progress: ImportProgress) => void,
): Promise<UndoSummary & { executionArn: string }> {
  if (!/^[\w.-]{1,128}$/.test(asked)) throw new Error(`"${asked}" is neither an import's id nor an execution's name`);
  const { executionArn = '' } = await target.stepFunctions.send(
    new StartExecutionCommand({
      stateMachineArn: target.undoImportArn,
      input: JSON.stringify({ import: asked, dryRun }),
    }),
  );
  const { status, error, output } = await followExecution(target, executionArn, onProgress);
  if (error) throw new Error(error.message);
  if (status !== 'SUCCEEDED') throw new Error(`The execution ended as ${status}: ${executionArn}`);
  return { ...undoSummarySchema.parse(output), executionArn };
}
