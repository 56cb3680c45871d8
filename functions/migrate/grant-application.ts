import { sql } from 'drizzle-orm';
import { type Database, idleSessionSeconds, withDatabaseErrors } from '../shared/database/database.ts';

/** Tables the functions read and write. Deleted are surplus positions of images, and the chunks of an import that starts anew. */
const rights: Record<string, string> = {
  suppliers: 'select, insert, update (column_mapping, feed_mode, currency, locale, image_settings, updated_at)',
  imports: 'select, insert, update',
  import_chunks: 'select, insert, delete',
  products: 'select, insert, update',
  product_variants: 'select, insert, update',
  images: 'select, insert, update',
  image_stores: 'select, insert, update',
  image_hosts: 'select, insert, update',
  host_lanes: 'select, insert, update, delete',
  host_observations: 'select, insert, delete',
  replaced_objects: 'select, insert, update, delete',
  product_images: 'select, insert, update, delete',
  product_catalog: 'select',
};

/**
 * Creates the role that the functions connect as, or sets its password anew, with so many connections, and with the rights
 * it uses and no others: it can neither change the schema nor read another one.
 */
export async function grantApplication(
  database: Database,
  credentials: { username: string; password: string },
  connectionLimit: number,
): Promise<void> {
  const role = sql.identifier(credentials.username);
  // CREATE ROLE takes no parameters: the password goes in as an escaped literal.
  const password = sql.raw(`'${credentials.password.replaceAll("'", "''")}'`);
  await withDatabaseErrors(() =>
    database.transaction(async (transaction) => {
      const found = await transaction.execute(sql`select from pg_roles where rolname = ${credentials.username}`);
      if (found.length === 0) await transaction.execute(sql`create role ${role} login`);
      const limit = sql.raw(String(connectionLimit));
      await transaction.execute(sql`alter role ${role} with password ${password} connection limit ${limit}`);
      // A frozen Lambda runs no timer: it is the server that closes the connection of one that is not called again.
      const idle = sql.raw(`'${idleSessionSeconds}s'`);
      await transaction.execute(sql`alter role ${role} set idle_session_timeout = ${idle}`);
      await transaction.execute(sql`grant usage on schema public to ${role}`);
      for (const [table, granted] of Object.entries(rights)) {
        await transaction.execute(sql`revoke all on ${sql.identifier(table)} from ${role}`);
        await transaction.execute(sql`grant ${sql.raw(granted)} on ${sql.identifier(table)} to ${role}`);
      }
    }),
  );
}
