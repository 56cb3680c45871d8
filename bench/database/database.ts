/**
 * A PostgreSQL server for measuring what is asked of it. It is the real server with its defaults (fsync, full-page
 * images, wal_level replica), but for three things, so that a number is the workload's alone: autovacuum is off and
 * VACUUM runs where a bench says so; no checkpoint comes by itself; pg_stat_statements counts.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { migrate } from '../../functions/migrate/migrate.ts';
import type { Database } from '../../functions/shared/database/database.ts';
import { startPostgres } from '../../local/postgres/server.ts';
import { openDatabaseUrl } from '../../operate/target/database-url.ts';
import type { Context } from '../bench.ts';

const flags = [
  'shared_preload_libraries=pg_stat_statements',
  'pg_stat_statements.max=10000',
  'autovacuum=off',
  'checkpoint_timeout=1d',
  'max_wal_size=16GB',
].flatMap((setting) => ['-c', setting]);

/** Tables with a row per import or per chunk: what they take is counted as WAL, not as rows written to the catalog. */
const bookkeeping = ['imports', 'import_chunks', 'suppliers'];

export type Cost = {
  /** Of the work alone: connections are open before it. */
  seconds: number;
  /** As the server counts them, BEGIN and COMMIT included. */
  statements: number;
  walBytes: number;
  /** Row versions written to the tables of the catalog: inserted, updated, deleted. */
  rowVersions: number;
};

export type BenchDatabase = {
  url: string;
  /** One connection, for preparing and looking. */
  admin: Database;
  /** What `work` costs the server. Its database has `connections` connections; nobody else uses it meanwhile. */
  meter(connections: number, work: (database: Database) => Promise<void>): Promise<Cost>;
  /** As autovacuum would do between two imports. */
  vacuum(): Promise<void>;
  /** After it, the first change of each page is logged with the whole page: the dearest moment for a write. */
  checkpoint(): Promise<void>;
  /** Names of the tables that hold the catalog and have rows. */
  catalogTables(): Promise<string[]>;
};

export type BenchServer = {
  /** A copy of the database named `template`, by default an empty migrated one. */
  createDatabase(name: string, template?: string): Promise<BenchDatabase>;
};

/** Starts the server and ends it, with all connections, when the bench ends. */
export async function startBenchServer({ directory, onEnd }: Context): Promise<BenchServer> {
  const server = await startPostgres(join(directory, 'bench-server', 'data'), { flags });
  onEnd(server.stop);
  const administrator = openDatabaseUrl(server.url('postgres'));
  onEnd(() => administrator.$client.end({ timeout: 5 }));
  await administrator.execute('create database template_migrated');
  const template = openDatabaseUrl(server.url('template_migrated'));
  await migrate(template, 'schema/migrations');
  await template.execute('create extension pg_stat_statements');
  await template.$client.end();
  return {
    async createDatabase(name, template = 'template_migrated') {
      await administrator.execute(sql.raw(`create database ${name} template ${template}`));
      const url = server.url(name);
      const admin = openDatabaseUrl(url);
      onEnd(() => admin.$client.end({ timeout: 5 }));
      return benchDatabase(url, admin);
    },
  };
}

function benchDatabase(url: string, admin: Database): BenchDatabase {
  const walPosition = async () => {
    const [row] = await admin.execute<{ bytes: string }>(
      sql`select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') as bytes`,
    );
    return Number(row?.bytes);
  };
  return {
    url,
    admin,
    async meter(connections, work) {
      const database = openDatabaseUrl(url, connections);
      // The driver opens a connection and asks for the types when it is first needed.
      await Promise.all(Array.from({ length: connections }, () => database.execute(sql`select pg_sleep(0.05)`)));
      const versionsBefore = await countRowVersions(admin);
      const walBefore = await walPosition();
      await admin.execute(sql`select pg_stat_statements_reset()`);
      const start = performance.now();
      await work(database);
      const seconds = (performance.now() - start) / 1000;
      const walBytes = (await walPosition()) - walBefore;
      const statements = (await countStatements(admin)) - 1; // The look at the WAL.
      await database.$client.end();
      await untilAlone(admin);
      return { seconds, statements, walBytes, rowVersions: (await countRowVersions(admin)) - versionsBefore };
    },
    async vacuum() {
      await admin.execute(sql`vacuum (analyze)`);
    },
    async checkpoint() {
      await admin.execute(sql`checkpoint`);
    },
    async catalogTables() {
      const rows = await admin.execute<{ name: string }>(sql`
        select relname as name from pg_stat_user_tables
        where schemaname = 'public' and not relname = any(${sql.param(bookkeeping)}::text[]) and n_live_tup > 0 order by relname`);
      return rows.map(({ name }) => name);
    },
  };
}

/** Row versions ever written to the tables of the catalog, as far as sessions have reported them. */
export async function countRowVersions(database: Database): Promise<number> {
  await database.execute(sql`select pg_stat_force_next_flush()`);
  const [row] = await database.execute<{ versions: string }>(sql`
    select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) as versions from pg_stat_user_tables
    where schemaname = 'public' and not relname = any(${sql.param(bookkeeping)}::text[])`);
  return Number(row?.versions);
}

async function countStatements(admin: Database): Promise<number> {
  const [row] = await admin.execute<{ calls: string }>(sql`
    select sum(calls) as calls from pg_stat_statements
    where dbid = (select oid from pg_database where datname = current_database()) and query not like '%pg_stat_statements_reset%'`);
  return Number(row?.calls);
}

/** A session's last row counts are there once it is gone. */
async function untilAlone(admin: Database): Promise<void> {
  for (;;) {
    const others = await admin.execute(sql`
      select from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`);
    if (others.length === 0) return;
    await sleep(10);
  }
}
