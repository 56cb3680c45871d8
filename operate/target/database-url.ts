import { type Database, openDatabase } from '../../functions/shared/database/database.ts';

/** Opens the database of a `postgres://` URL. */
export function openDatabaseUrl(databaseUrl: string, max = 1): Database {
  const url = new URL(databaseUrl);
  return openDatabase({
    host: url.hostname,
    port: Number(url.port),
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: url.pathname.slice(1),
    max,
  });
}
