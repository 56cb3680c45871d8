import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { expect, it, onTestFinished } from 'vitest';
import { keepViewRights } from '../../../infrastructure/build/keep-view-rights.ts';
import { createTestDatabase } from '../../support/database.ts';

const migration = `DROP VIEW "public"."product_catalog";--> statement-breakpoint
ALTER TABLE "products" ADD COLUMN "grade" text;--> statement-breakpoint
CREATE VIEW "public"."product_catalog" AS (select id, code, grade from products);`;

it('a migration that changes the view keeps what others were granted on it, and its columns', async () => {
  const { database } = await createTestDatabase();
  const [reader, clerk] = [`Reader ${randomUUID().slice(0, 8)}`, `clerk_${randomUUID().slice(0, 8)}`];
  const names = [sql.identifier(reader), sql.identifier(clerk)] as const;
  for (const name of names) await database.execute(sql`create role ${name}`);
  onTestFinished(async () => {
    for (const name of names) await database.execute(sql`drop owned by ${name}`);
    for (const name of names) await database.execute(sql`drop role ${name}`);
  });
  await database.execute(sql`grant select on product_catalog to ${names[0]} with grant option`);
  await database.execute(sql`grant select (code), select (brand) on product_catalog to ${names[1]}`);
  await database.execute(sql`grant select on product_catalog to public`);
  for (const drops of [1, 2])
    await database.transaction(async (transaction) => {
      const statements = keepViewRights(
        migration.replace('"grade"', `"grade${drops}"`).replace('grade ', `grade${drops} `),
      );
      for (const statement of statements.split('--> statement-breakpoint'))
        await transaction.execute(sql.raw(statement));
    });
  const [rights] = await database.execute(sql`
    select has_table_privilege(${reader}, 'product_catalog', 'select with grant option') as reader,
      has_column_privilege(${clerk}, 'product_catalog', 'code', 'select') as code,
      (select array_agg(attname::text) from pg_attribute where attrelid = 'product_catalog'::regclass and attacl is not null) as columns,
      (select count(*)::int from pg_class, aclexplode(relacl) where oid = 'product_catalog'::regclass and grantee = 0) as everyone`);
  expect(rights).toEqual({ reader: true, code: true, columns: ['code'], everyone: 1 });
});

it('a migration that drops no view stays as it is, and one that keeps rights is not changed again', () => {
  expect(keepViewRights('ALTER TABLE "products" ADD COLUMN "grade" text;')).not.toContain('kept_rights');
  expect(keepViewRights(keepViewRights(migration))).toBe(keepViewRights(migration));
});

it.each(readdirSync('schema/migrations').filter((name) => name.endsWith('.sql')))(
  '%s keeps the rights on views',
  (name) => {
    const text = readFileSync(join('schema/migrations', name), 'utf8');
    expect(keepViewRights(text)).toBe(text);
  },
);
