import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { expect, it, onTestFinished } from 'vitest';
import { grantApplication } from '../../../functions/migrate/grant-application.ts';
import { openDatabase } from '../../../functions/shared/database/database.ts';
import { suppliers } from '../../../schema/index.ts';
import { createTestDatabase } from '../../support/database.ts';

it('gives the application its own role, which can work but not change the schema', async () => {
  const { database, url } = await createTestDatabase();
  const username = `application_${randomUUID().slice(0, 8)}`;
  const password = "it's \\ $1 secret";
  await grantApplication(database, { username, password: 'first' }, 10);
  await grantApplication(database, { username, password }, 12);

  const { hostname: host, port, pathname } = new URL(url);
  const asApplication = openDatabase({ host, port: Number(port), database: pathname.slice(1), username, password });
  onTestFinished(async () => {
    await asApplication.$client.end();
    await database.execute(sql`drop owned by ${sql.identifier(username)}`);
    await database.execute(sql`drop role ${sql.identifier(username)}`);
  });
  const [role] = await database.execute<{ rolconnlimit: number; rolconfig: string[] }>(
    sql`select rolconnlimit, rolconfig from pg_roles where rolname = ${username}`,
  );
  // A frozen Lambda closes nothing: the server does.
  expect(role).toEqual({ rolconnlimit: 12, rolconfig: ['idle_session_timeout=120s'] });
  await asApplication.insert(suppliers).values({ code: 'acme', name: 'acme' });
  expect(await asApplication.$count(suppliers)).toBe(1);
  const refused = (statement: string) =>
    expect(asApplication.execute(sql.raw(statement))).rejects.toMatchObject({ cause: { code: '42501' } });
  await refused('delete from suppliers');
  await refused('drop table suppliers');
  await refused('create table mine (id int)');
  await refused('select * from drizzle.__drizzle_migrations');
});
