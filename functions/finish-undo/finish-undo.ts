import { eq, type SQL, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { importChunks, imports, products } from '../../schema/index.ts';
import type { Change } from '../../workflows/payloads/changes.ts';
import type { Difference, finishUndoInputSchema, RegisteredUndo, UndoSummary } from '../../workflows/payloads/undo.ts';
import type { ChangeCounts } from '../shared/changes/changes-report.ts';
import { fingerprintOf } from '../shared/changes/fingerprint.ts';
import { type Database, withDatabaseErrors } from '../shared/database/database.ts';
import { reportKeys } from '../shared/imports/object-keys.ts';
import { equalAgain } from './equal-again.ts';

export type Dependencies = {
  database: Database;
  /** Writes changes.csv of all that the undo changed, and counts it. */
  reportChanges(importId: number, key: string): Promise<ChangeCounts>;
  /** All that an import or an undo changed. */
  readChanges(importId: number): AsyncIterable<Change>;
  writeDifferences(key: string, differences: readonly Difference[]): Promise<void>;
  writeSummary(key: string, summary: UndoSummary): Promise<void>;
};

/** Differences in the summary: all of them are in their own file. */
const shown = 100;

/**
 * Proves what the undo came to: `restored` where the catalog's fingerprint is the one before the undone import, and else
 * every product that differs, with who changed it. Closes the undo's row; run again, it says the same.
 */
export async function finishUndo(
  dependencies: Dependencies,
  { undo }: z.infer<typeof finishUndoInputSchema>,
): Promise<UndoSummary> {
  const { database } = dependencies;
  const { importId, undoes, supplierCode, executionName, dryRun } = undo;
  const found = await withDatabaseErrors(() => examine(database, undo));
  const changesKey = reportKeys.changes(supplierCode, executionName);
  const changes = await dependencies.reportChanges(importId, changesKey);
  const isRestored = found.fingerprint === found.fingerprintBefore;
  const differences = isRestored ? [] : await listDifferences(dependencies, undo);
  const differencesKey = reportKeys.differences(supplierCode, executionName);
  if (differences.length > 0) await dependencies.writeDifferences(differencesKey, differences);
  const summary: UndoSummary = {
    supplier: supplierCode,
    importId,
    undoes,
    dryRun,
    restored: dryRun ? null : isRestored,
    products: found.restored,
    leftAlone: found.leftAlone,
    fingerprint: found.fingerprint,
    fingerprintBefore: found.fingerprintBefore,
    changes,
    differences: differences.slice(0, shown),
    reports: {
      summary: reportKeys.summary(supplierCode, executionName),
      changes: Object.keys(changes).length > 0 ? changesKey : null,
      differences: differences.length > 0 ? differencesKey : null,
    },
  };
  await dependencies.writeSummary(summary.reports.summary, summary);
  await withDatabaseErrors(() =>
    database
      .update(imports)
      .set({
        status: found.leftAlone > 0 ? 'completed_with_problems' : 'completed',
        productsUpdated: found.restored,
        productsUnchanged: found.leftAlone,
        fingerprintAfter: found.fingerprint,
        error: null,
        errorMessage: null,
        finishedAt: sql`now()`,
      })
      .where(eq(imports.id, importId)),
  );
  return summary;
}

async function examine(database: Database, undo: RegisteredUndo) {
  const { importId, undoes, supplierId } = undo;
  const { fingerprint } = await fingerprintOf(database, supplierId);
  const [counts] = await database
    .select({
      restored: sql<number>`coalesce(sum(${importChunks.updated}), 0)::int`,
      leftAlone: sql<number>`coalesce(sum(${importChunks.unchanged}), 0)::int`,
    })
    .from(importChunks)
    .where(eq(importChunks.importId, importId));
  const [undone] = await database
    .select({ fingerprint: imports.fingerprintBefore })
    .from(imports)
    .where(eq(imports.id, undoes));
  return {
    restored: counts?.restored ?? 0,
    leftAlone: counts?.leftAlone ?? 0,
    fingerprint,
    fingerprintBefore: undone?.fingerprint ?? null,
  };
}

/** The products that are not what they were before the undone import, and why. */
async function listDifferences(
  { database, readChanges }: Dependencies,
  undo: RegisteredUndo,
): Promise<readonly Difference[]> {
  const { undoes, supplierId } = undo;
  const touched = await withDatabaseErrors(() => findTouched(database, undo));
  const since = await withDatabaseErrors(() => database.execute<{ id: string }>(importsSince(undo)));
  const importIds = [undoes, ...since.map(({ id }) => Number(id))];
  async function* changes() {
    for (const importId of importIds) yield* readChanges(importId);
  }
  const codes = touched.map(({ code }) => code);
  const equal = await equalAgain(database, supplierId, codes, changes(), new Set(importIds));
  return touched.filter(({ code }) => !equal.has(code));
}

/** Imports and undos that ended after the undone import had begun. */
const importsSince = ({ importId, undoes, supplierId }: RegisteredUndo): SQL => sql`
  select ${imports.id} as id, ${imports.kind} as kind, ${imports.undoes} as undoes from ${imports}
  where ${imports.supplierId} = ${supplierId} and ${imports.id} not in (${undoes}, ${importId})
    and coalesce(${imports.finishedAt}, now()) > (
      select undone.started_at from ${imports} undone where undone.id = ${undoes})`;

/** Products that somebody changed after the undone import had begun, and those that are still as it left them. */
async function findTouched(database: Database, undo: RegisteredUndo): Promise<Difference[]> {
  const { undoes, supplierId, dryRun } = undo;
  // Nothing is undone by a dry run: what is left to do is no difference.
  const rows = await database.execute<Difference>(sql`
    with since as (${importsSince(undo)}), differing as (
      select ${products.code} as code, 'Import ' || since.id || ' has changed it since.' as reason
      from ${products} join since on since.id = ${products.lastImportId}
      where ${products.supplierId} = ${supplierId} and ${products.unmadeBy} is null and since.kind = 'import'
      union all
      select unnest(${importChunks.productCodes}), 'Undo ' || since.id || ' has changed it since.'
      from since join ${importChunks} on ${importChunks.importId} = since.id
      where since.kind = 'undo' and since.undoes <> ${undoes}
      union all
      select ${products.code}, 'It is still as import ' || ${undoes}::bigint || ' left it.'
      from ${products}
      where ${products.supplierId} = ${supplierId} and ${products.lastImportId} = ${undoes} and ${products.unmadeBy} is null and not ${dryRun}::boolean
    )
    select code, string_agg(distinct reason, ' ' order by reason) as reason from differing
    group by code order by code collate "C"`);
  return rows.map(({ code, reason }) => ({ code, reason }));
}
