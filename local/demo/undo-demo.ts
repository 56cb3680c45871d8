import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { eq } from 'drizzle-orm';
import { fingerprintOf } from '../../functions/shared/changes/fingerprint.ts';
import type { Database } from '../../functions/shared/database/database.ts';
import type { ExecutionProgress } from '../../operate/executions/progress.ts';
import { followUndo, startUndo } from '../../operate/executions/run-undo.ts';
import type { Target } from '../../operate/target/clients.ts';
import { suppliers } from '../../schema/index.ts';
import type { ImportSummary } from '../../workflows/payloads/summary.ts';
import type { UndoSummary } from '../../workflows/payloads/undo.ts';
import { expectedOfWrongFile } from './sample/wrong-file.ts';
import type { Check } from './verify-demo.ts';

export type UndoDemo = {
  wrong: ImportSummary;
  undone: UndoSummary;
  seconds: { import: number; undo: number };
  checks: Check[];
};

/** Imports a wrong file of the supplier in full mode, undoes it, and says what must hold then. */
export async function demonstrateUndo(
  { target, database, supplier, products }: { target: Target; database: Database; supplier: string; products: number },
  importWrongFile: () => Promise<ImportSummary>,
  onProgress: (progress: ExecutionProgress) => void,
): Promise<UndoDemo> {
  const [row] = await database
    .update(suppliers)
    .set({ feedMode: 'full' })
    .where(eq(suppliers.code, supplier))
    .returning({ id: suppliers.id });
  if (!row) throw new Error(`There is no supplier ${supplier}`);
  const before = await fingerprintOf(database, row.id);
  const wrong = await importWrongFile();
  const during = await fingerprintOf(database, row.id);
  const executionName = wrong.executionArn.split(':').at(-1) ?? '';
  // As the runbook has it. The functions of an undo have started then, as those of the import have: both are timed warm.
  const tried = await followUndo(target, await startUndo(target, executionName, { dryRun: true }), onProgress);
  const undo = await startUndo(target, executionName, { dryRun: false });
  const undone = await followUndo(target, undo, onProgress);
  const after = await fingerprintOf(database, row.id);
  const seconds = {
    import: await secondsOf(target, wrong.executionArn),
    undo: await secondsOf(target, undo),
  };
  const expected = expectedOfWrongFile(products);
  const changed = expected.created + expected.updated + expected.deactivated;
  const counts = (['created', 'updated', 'unchanged', 'deactivated'] as const).map((what) => ({
    name: `products ${what} by the wrong file`,
    actual: wrong.products[what],
    expected: expected[what],
  }));
  const checks: Check[] = [
    ...counts,
    {
      name: 'the wrong file changes the catalog',
      actual: yes(during.fingerprint !== before.fingerprint),
      expected: 'yes',
    },
    { name: 'products that the dry run of the undo would restore', actual: tried.products, expected: changed },
    { name: 'fingerprint after the undo', actual: after.fingerprint, expected: before.fingerprint },
    { name: 'the undo says that it restored', actual: yes(undone.restored === true), expected: 'yes' },
    { name: 'products that the undo restored', actual: undone.products, expected: changed },
    { name: 'products that the undo left alone', actual: undone.leftAlone, expected: 0 },
    { name: 'the undo takes less time than the import', actual: yes(seconds.undo < seconds.import), expected: 'yes' },
  ];
  return { wrong, undone, seconds, checks };
}

const yes = (holds: boolean) => (holds ? 'yes' : 'no');

/** How long the execution itself took. */
async function secondsOf(target: Target, executionArn: string): Promise<number> {
  const { startDate, stopDate } = await target.stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
  if (!startDate || !stopDate) throw new Error(`${executionArn} has not ended`);
  return (stopDate.getTime() - startDate.getTime()) / 1000;
}
