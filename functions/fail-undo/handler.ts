import type { z } from 'zod';
import { type failedUndoSchema, failUndoInputSchema } from '../../workflows/payloads/undo.ts';
import { connectDatabase } from '../shared/database/database.ts';
import { loggerFor } from '../shared/runtime/logger.ts';
import { failUndo } from './fail-undo.ts';

/** State "Fail undo". */
export async function handler(event: unknown): Promise<z.infer<typeof failedUndoSchema>> {
  const input = failUndoInputSchema.parse(event);
  const failed = await failUndo({ database: await connectDatabase() }, input);
  loggerFor({ executionArn: input.execution.arn }).info('Undo failed', failed);
  return failed;
}
