import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';

/**
 * Rows as one json parameter, with the names and types of `table`'s columns: however many rows, a statement stays far
 * from PostgreSQL's limit of 65,535 parameters and is parsed once. Reads as `recordset as alias(…)` after FROM; its
 * columns are called by their names in the database. All rows have the keys of the first.
 */
export function recordset<T extends PgTable>(
  table: T,
  alias: string,
  rows: readonly Partial<T['$inferInsert']>[],
): SQL {
  const definitions = columnsOf(table, rows).map(([, column]) => sql`${name(column)} ${sql.raw(column.getSQLType())}`);
  return sql`json_to_recordset(${jsonRows(table, rows)}::json) as ${sql.identifier(alias)}(${list(definitions)})`;
}

/** `insert into table (…) select … from` the rows, in their order; the caller adds ON CONFLICT and RETURNING. */
export function insertRows<T extends PgTable>(table: T, rows: readonly T['$inferInsert'][]): SQL {
  const names = list(columnsOf(table, rows).map(([, column]) => name(column)));
  return sql`insert into ${table} (${names}) select ${names} from ${recordset(table, 'input', rows)}`;
}

/** `a = excluded.a, b = excluded.b`: takes over what the conflicting row brings. */
export function setExcluded(columns: readonly PgColumn[]): SQL {
  return list(columns.map((column) => sql`${name(column)} = excluded.${name(column)}`));
}

/** True where the conflicting row differs in any of `columns`: an equal row is not written again. */
export function differsFromExcluded(columns: readonly PgColumn[]): SQL {
  // json has no equality of its own: it is compared as text, as which it is written in one way.
  const comparable = (column: PgColumn) => (column.getSQLType() === 'json' ? sql`::text` : sql``);
  return sql`(${list(columns.map((column) => sql`${column}${comparable(column)}`))}) is distinct from (${list(columns.map((column) => sql`excluded.${name(column)}${comparable(column)}`))})`;
}

/** Column names without their table, as INSERT and SET want them. */
export function names(columns: readonly PgColumn[]): SQL {
  return list(columns.map(name));
}

/** `select` of the texts as rows: a list of any length as one parameter. */
export function textRows(texts: readonly string[]): SQL {
  return sql`select jsonb_array_elements_text(${JSON.stringify(texts)}::jsonb)`;
}

function jsonRows(table: PgTable, rows: readonly object[]): string {
  const columns = getTableColumns(table);
  return JSON.stringify(
    rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([property, value]) => [columns[property]?.name ?? property, value])),
    ),
  );
}

function columnsOf(table: PgTable, rows: readonly object[]): [string, PgColumn][] {
  const properties = Object.keys(rows[0] ?? {});
  return Object.entries(getTableColumns(table)).filter(([property]) => properties.includes(property));
}

const name = (column: PgColumn) => sql.identifier(column.name);
const list = (parts: Parameters<typeof sql.join>[0]) => sql.join(parts, sql`, `);
