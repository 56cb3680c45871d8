import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { makePrivate } from '../../private-file.ts';
import type { BatchRecord, ExecutionRecord, HistoryRecord, MapRunRecord } from './store-records.ts';

/** Long enough for a batch of events, short enough that a kill loses nothing anyone has seen. */
const flushDelay = 50;

/**
 * Executions, histories and Map Runs in one SQLite file. Writes collect for {@link flushDelay} ms and land in one
 * transaction; every read sees them, and `flush` makes them durable at once. WAL keeps the file readable whenever the
 * process is killed.
 */
export function openStore(directory: string) {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'executions.sqlite');
  makePrivate(file);
  const database = new DatabaseSync(file);
  database.exec(`
    pragma journal_mode = wal; pragma synchronous = normal; pragma busy_timeout = 5000;
    create table if not exists executions (
      sequence integer primary key, arn text not null unique, stateMachineArn text not null, mapRunArn text,
      name text not null, status text not null, input text not null, output text, error text, cause text,
      startDate integer not null, stopDate integer, itemCount integer,
      redriveCount integer not null default 0, redriveDate integer) strict;
    create index if not exists executions_machine on executions (stateMachineArn, sequence);
    create index if not exists executions_map_run on executions (mapRunArn, sequence) where mapRunArn is not null;
    create index if not exists executions_running on executions (status) where status = 'RUNNING';
    create table if not exists history (
      executionArn text not null, id integer not null, previousEventId integer not null, type text not null,
      timestamp integer not null, details text not null, primary key (executionArn, id)) strict, without rowid;
    create table if not exists map_runs (
      sequence integer primary key, arn text not null unique, executionArn text not null, record text not null) strict;
    create index if not exists map_runs_execution on map_runs (executionArn, sequence);
    create table if not exists map_run_batches (
      mapRunArn text not null, batch integer not null, result text not null,
      primary key (mapRunArn, batch)) strict, without rowid;
  `);
  addRedrives(database);
  const insertExecution = database.prepare(`insert into executions
    (arn, stateMachineArn, mapRunArn, name, status, input, output, error, cause, startDate, stopDate, itemCount,
     redriveCount, redriveDate) values
    (:arn, :stateMachineArn, :mapRunArn, :name, :status, :input, :output, :error, :cause, :startDate, :stopDate,
     :itemCount, :redriveCount, :redriveDate)
    on conflict (arn) do update set status = excluded.status, output = excluded.output, error = excluded.error,
      cause = excluded.cause, stopDate = excluded.stopDate, redriveCount = excluded.redriveCount,
      redriveDate = excluded.redriveDate`);
  // Records that were read carry their sequence.
  insertExecution.setAllowUnknownNamedParameters(true);
  const insertHistory = database.prepare(`insert or ignore into history
    (executionArn, id, previousEventId, type, timestamp, details) values
    (:executionArn, :id, :previousEventId, :type, :timestamp, :details)`);
  const insertMapRun = database.prepare(`insert into map_runs (arn, executionArn, record)
    values (:arn, :executionArn, :record) on conflict (arn) do update set record = excluded.record`);
  const insertBatch = database.prepare(
    'insert or replace into map_run_batches (mapRunArn, batch, result) values (:mapRunArn, :batch, :result)',
  );
  const deleteBatches = database.prepare('delete from map_run_batches where mapRunArn = ?');

  const executions = new Map<string, ExecutionRecord>();
  const mapRuns = new Map<string, MapRunRecord>();
  let history: HistoryRecord[] = [];
  let batches: BatchRecord[] = [];
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (executions.size + mapRuns.size + history.length + batches.length === 0) return;
    database.exec('begin immediate');
    try {
      for (const record of executions.values()) insertExecution.run(record);
      for (const record of history) insertHistory.run(record);
      for (const record of batches) insertBatch.run(record);
      for (const record of mapRuns.values()) {
        insertMapRun.run({ arn: record.arn, executionArn: record.executionArn, record: JSON.stringify(record) });
      }
      database.exec('commit');
    } catch (error) {
      // SQLite has rolled back by itself where the disk is full.
      if (database.isTransaction) database.exec('rollback');
      throw new Error(`Cannot write ${file}: ${error instanceof Error ? error.message : error}`, { cause: error });
    }
    executions.clear();
    mapRuns.clear();
    history = [];
    batches = [];
  }
  function schedule(): void {
    if (!closed) timer ??= setTimeout(flush, flushDelay);
  }
  const statements = new Map<string, StatementSync>();
  function all<T>(sql: string, ...values: SQLInputValue[]): T[] {
    flush();
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = database.prepare(sql);
      statements.set(sql, statement);
    }
    return statement.all(...values) as T[];
  }

  return {
    flush,
    /** Inserts the execution or updates its status and results; the record is read when it is flushed. */
    saveExecution(record: ExecutionRecord): void {
      executions.set(record.arn, record);
      schedule();
    },
    /** The record may go on changing: what it holds when it is flushed is written. */
    saveMapRun(record: MapRunRecord): void {
      mapRuns.set(record.arn, record);
      schedule();
    },
    addHistory(record: HistoryRecord): void {
      history.push(record);
      schedule();
    },
    addBatch(record: BatchRecord): void {
      batches.push(record);
      schedule();
    },
    /** In their order; of those that a redrive ran again, the last end. */
    batches(mapRunArn: string): BatchRecord[] {
      return all('select * from map_run_batches where mapRunArn = ? order by batch', mapRunArn);
    },
    /** Of a Map Run that needs no redrive. */
    forgetBatches(mapRunArn: string): void {
      if (closed) return;
      flush();
      deleteBatches.run(mapRunArn);
    },
    execution(arn: string): ExecutionRecord | undefined {
      return all<ExecutionRecord>('select * from executions where arn = ?', arn)[0];
    },
    /** The newest first. `before` is the `sequence` of the last one that a previous page held. */
    executions(
      column: 'stateMachineArn' | 'mapRunArn',
      arn: string,
      { status = null, redriven = null, before = Number.MAX_SAFE_INTEGER, limit }: PageOfExecutions,
    ): (ExecutionRecord & { sequence: number })[] {
      return all(
        `select * from executions where ${column} = ? and (? is null or status = ?)
         and (? is null or (redriveCount > 0) = ?) and sequence < ? order by sequence desc limit ?`,
        arn,
        status,
        status,
        redriven,
        redriven,
        before,
        limit,
      );
    },
    runningExecutions(): ExecutionRecord[] {
      return all("select * from executions where status = 'RUNNING' order by sequence");
    },
    /** Events with an id above `after`, or below `before` from the last one backwards. */
    history(arn: string, page: { after: number; limit: number } | { before: number; limit: number }): HistoryRecord[] {
      return 'after' in page
        ? all(
            'select * from history where executionArn = ? and id > ? order by id limit ?',
            arn,
            page.after,
            page.limit,
          )
        : all(
            'select * from history where executionArn = ? and id < ? order by id desc limit ?',
            arn,
            page.before,
            page.limit,
          );
    },
    mapRun(arn: string): MapRunRecord | undefined {
      return all<{ record: string }>('select record from map_runs where arn = ?', arn).map(parseRecord)[0];
    },
    mapRuns(executionArn: string, { before, limit }: { before: number; limit: number }) {
      const sql = `select sequence, record from map_runs where executionArn = ? and sequence < ?
        order by sequence desc limit ?`;
      return all<{ sequence: number; record: string }>(sql, executionArn, before, limit).map((row) => ({
        ...parseRecord(row),
        sequence: row.sequence,
      }));
    },
    runningMapRuns(): MapRunRecord[] {
      const sql = "select record from map_runs where json_extract(record, '$.status') = 'RUNNING'";
      return all<{ record: string }>(sql).map(parseRecord);
    },
    /** What is still written afterwards is dropped, as if the process had been killed now. */
    close(): void {
      if (closed) return;
      flush();
      closed = true;
      database.close();
    },
  };
}

export type Store = ReturnType<typeof openStore>;
/** `redriven`: 1 for those that were redriven, 0 for the others. */
type PageOfExecutions = { status?: string | null; redriven?: 0 | 1 | null; before?: number; limit: number };

/** To a file that was made before executions could be redriven. */
function addRedrives(database: DatabaseSync): void {
  const columns = database.prepare('pragma table_info(executions)').all();
  if (columns.some(({ name }) => name === 'redriveCount')) return;
  database.exec(`
    alter table executions add column redriveCount integer not null default 0;
    alter table executions add column redriveDate integer;
  `);
}

function parseRecord(row: { record: string }): MapRunRecord {
  return { redriveCount: 0, redriveDate: null, ...JSON.parse(row.record) };
}
