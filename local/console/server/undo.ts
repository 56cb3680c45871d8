import type { z } from 'zod';
import { followUndo, startUndo } from '../../../operate/executions/run-undo.ts';
import type { Target } from '../../../operate/target/clients.ts';
import type { undoImportInputSchema } from '../../../workflows/payloads/undo.ts';
import type { StartedUndo } from '../types.ts';
import { RequestError } from './request-error.ts';

/**
 * Starts the undo of an import. A dry run is waited for: it says what would be restored, or refuses in its own words what
 * cannot be undone.
 */
export async function undo(
  target: Target,
  { import: asked, dryRun }: z.infer<typeof undoImportInputSchema>,
): Promise<StartedUndo> {
  const executionArn = await startUndo(target, asked, { dryRun });
  if (!dryRun) return { executionArn, would: null };
  const summary = await followUndo(target, executionArn, () => {}).catch((error: unknown) => {
    throw new RequestError(422, error instanceof Error ? error.message : String(error), { cause: error });
  });
  const { products, leftAlone, changes } = summary;
  return { executionArn, would: { products, leftAlone, changes } };
}
