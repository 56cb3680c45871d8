import { sql } from 'drizzle-orm';
import type { Database } from '../../functions/shared/database/database.ts';
import type { BenchDatabase } from './database.ts';

/** A table and the file of its rows, in PostgreSQL's text format, in the server's own folder. */
export type TableFile = { table: string; file: string };

/**
 * Writes the rows of the tables into files. The server reads and writes them itself: through the driver a COPY waits for
 * TCP's delayed acknowledgements, 80 ms each, which would flatter whatever is compared with it.
 */
export async function copyOut({ admin }: BenchDatabase, tables: readonly string[]): Promise<TableFile[]> {
  const [row] = await admin.execute<{ folder: string; name: string }>(
    sql`select current_setting('data_directory') as folder, current_database() as name`,
  );
  const files = tables.map((table) => ({ table, file: `${row?.folder}/${row?.name}-${table}.txt` }));
  for (const { table, file } of files) await admin.execute(sql.raw(`copy public.${table} to '${file}'`));
  return files;
}

/** Makes empty tables of the same columns without indexes or constraints, in the schema `plain`. */
export async function createPlainTables({ admin }: BenchDatabase, tables: readonly TableFile[]): Promise<void> {
  await admin.execute(sql`create schema plain`);
  for (const { table } of tables) await admin.execute(sql.raw(`create table plain.${table} (like public.${table})`));
}

/** The least that PostgreSQL can be asked for these rows: COPY, one table after the other, nothing to look up or keep. */
export async function copyIn(database: Database, tables: readonly TableFile[]): Promise<void> {
  for (const { table, file } of tables) await database.execute(sql.raw(`copy plain.${table} from '${file}'`));
}
