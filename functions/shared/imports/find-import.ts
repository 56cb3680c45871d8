import { eq, or, type SQL, sql } from 'drizzle-orm';
import { imports } from '../../../schema/index.ts';

/** True for the import that a person means: by its id, or by the name of its execution. */
export function importNamed(asked: string): SQL | undefined {
  const isId = /^\d{1,15}$/.test(asked);
  return or(
    isId ? eq(imports.id, Number(asked)) : undefined,
    sql`regexp_replace(${imports.executionArn}, '^.*:', '') = ${asked}`,
  );
}
