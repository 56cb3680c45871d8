import { z } from 'zod';
import { type failedUndoSchema, failUndoInputSchema } from '../../workflows/payloads/undo.ts';
import { connectDatabase } from '../shared/database/database.ts';
import { executionStatusChangeSchema } from '../shared/imports/ended-execution.ts';
import { loggerFor } from '../shared/runtime/logger.ts';
import { failEndedUndo, failUndo } from './fail-undo.ts';

const eventSchema = z.union([failUndoInputSchema, executionStatusChangeSchema]);

/** State "Fail undo", and target of the rule for executions that ended without it. */
export async function handler(event: unknown): Promise<z.infer<typeof failedUndoSchema> | null> {
  const input = eventSchema.parse(event);
  const dependencies = { database: await connectDatabase() };
  const failed = await ('detail' in input ? failEndedUndo(dependencies, input) : failUndo(dependencies, input));
  const executionArn = 'detail' in input ? input.detail.executionArn : input.execution.arn;
  loggerFor({ executionArn }).info(failed ? 'Undo failed' : 'Undo had ended already', failed ?? {});
  return failed;
}
