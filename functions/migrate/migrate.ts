import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import { type Database, withDatabaseErrors } from '../shared/database/database.ts';

/** Applies the migrations in `directory` that the database does not have; throws the first one's error. */
export async function migrate(database: Database, directory: string): Promise<void> {
  await withDatabaseErrors(() => applyMigrations(database, { migrationsFolder: directory }));
}
