import { eq, sql } from 'drizzle-orm';
import { importChunks, imports, suppliers } from '../../schema/index.ts';
import { columnsFormat } from '../../workflows/payloads/columns.ts';
import type { RecordedImport } from '../../workflows/payloads/verify.ts';
import { type Database, withDatabaseErrors } from '../shared/database/database.ts';
import { isCorrection } from '../shared/imports/correction.ts';
import { importNamed } from '../shared/imports/find-import.ts';

/** What is recorded of an import that wrote its products. Throws a sentence where there is nothing to be verified. */
export async function recordedImport(database: Database, asked: string): Promise<RecordedImport> {
  return withDatabaseErrors(async () => {
    const [found] = await database
      .select({ row: imports, supplier: suppliers })
      .from(imports)
      .leftJoin(suppliers, eq(suppliers.id, imports.supplierId))
      .where(importNamed(asked));
    if (!found) throw new Error(`There is no import "${asked}": give its id, or the name of its execution.`);
    const { row, supplier } = found;
    if (row.kind !== 'import') {
      throw new Error(`Import ${row.id} is an undo, which has no file: verify the catalog with --supplier.`);
    }
    if (row.status === 'running') throw new Error(`Import ${row.id} is running: wait until it has ended.`);
    if (row.status === 'failed' || supplier === null) {
      throw new Error(`Import ${row.id} failed (${row.error}): there is no receipt to be verified.`);
    }
    if (row.format === columnsFormat) {
      throw new Error(
        `Import ${row.id} was of a columns.xlsx, which has no products: there is nothing to be verified.`,
      );
    }
    const [counted] = await database
      .select({ products: sql<number>`count(distinct listed.code)::int` })
      .from(importChunks)
      .crossJoinLateral(sql`unnest(${importChunks.productCodes}) as listed(code)`)
      .where(eq(importChunks.importId, row.id));
    return {
      import: {
        importId: row.id,
        supplierId: supplier.id,
        supplierCode: supplier.code,
        feedMode: isCorrection(row.objectKey) ? 'partial' : supplier.feedMode,
        columnMapping: supplier.columnMapping,
        currency: supplier.currency,
        locale: supplier.locale,
        executionName: row.executionArn.split(':').at(-1) ?? '',
        imageBaseUrl: supplier.imageSettings.baseUrl ?? null,
      },
      executionArn: row.executionArn,
      rows: { read: row.rowsRead, rejected: row.rowsRejected },
      products: counted?.products ?? 0,
    };
  });
}
