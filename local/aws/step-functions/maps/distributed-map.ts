import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { mapRunArn } from '../arns.ts';
import { ExecutionStoppedError, StateError } from '../errors.ts';
import type { Execution } from '../executions/execution.ts';
import type { Branch } from '../executions/execution-history.ts';
import type { Store } from '../executions/store.ts';
import type { MapRunRecord } from '../executions/store-records.ts';
import type { CompiledStateMachine } from '../state-machine.ts';
import type { Json } from '../types.ts';
import type { DistributedMap, MapSettings } from './distributed-map-definition.ts';
import { batches, singleItems } from './item-batches.ts';
import { readItems } from './item-reader.ts';
import { LiveMapRun } from './live-map-runs.ts';
import { runChildren, type WaitingBatch } from './map-run-children.ts';
import { countAborted, countBatch, emptyCounts } from './map-run-counts.ts';
import { type ChildResult, entryOf, openResultFiles } from './result-writer.ts';

/**
 * Runs a Map state in distributed mode as one Map Run: reads and batches the items, runs a child execution for each
 * batch, writes the results. Resolves with the state's raw result; throws the States.… errors that AWS does.
 */
export async function runDistributedMap(
  map: DistributedMap,
  processor: CompiledStateMachine,
  input: Json,
  execution: Execution,
  branch: Branch | undefined,
): Promise<Json> {
  const settings = await settingsOf(map, input, execution);
  const mapRun = redrivenMapRun(map, execution) ?? newMapRun(settings, processor, execution);
  const { store, mapRuns } = execution.services;
  const end = (status: MapRunRecord['status']) => {
    if (status === 'ABORTED') countAborted(mapRun.counts);
    Object.assign(mapRun, { status, stopDate: Date.now() });
    store.saveMapRun(mapRun);
  };
  const live = new LiveMapRun(settings, mapRun);
  mapRuns.set(mapRun.arn, live);
  store.saveMapRun(mapRun);
  logStart(mapRun, lengthOf(settings, input), execution, branch);
  try {
    const result = await process(map, processor, live, input, execution);
    execution.history?.add('MapRunSucceeded', {}, branch);
    execution.history?.add('MapStateSucceeded', {}, branch);
    end('SUCCEEDED');
    store.forgetBatches(mapRun.arn);
    return result;
  } catch (error) {
    if (execution.signal.aborted) {
      end('ABORTED');
      throw new ExecutionStoppedError();
    }
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    execution.history?.add('MapRunFailed', { mapRunFailedEventDetails: { error: name, cause: message } }, branch);
    execution.history?.add('MapStateFailed', {}, branch);
    end('FAILED');
    throw error;
  } finally {
    mapRuns.delete(mapRun.arn);
  }
}

function newMapRun(settings: MapSettings, processor: CompiledStateMachine, { arn }: Execution): MapRunRecord {
  return {
    arn: mapRunArn(processor.arn, randomUUID()),
    executionArn: arn,
    stateMachineArn: processor.arn,
    status: 'RUNNING',
    startDate: Date.now(),
    stopDate: null,
    maxConcurrency: settings.maxConcurrency,
    toleratedFailurePercentage: settings.toleratedFailurePercentage ?? 0,
    toleratedFailureCount: settings.toleratedFailureCount ?? 0,
    counts: emptyCounts(),
    redriveCount: 0,
    redriveDate: null,
  };
}

/** The Map Run that a redriven execution takes up again, once: a retry of the state has one of its own. */
function redrivenMapRun(map: DistributedMap, { resume, services }: Execution): MapRunRecord | undefined {
  if (resume?.mapRunArn === undefined || resume.state !== map.stateName) return undefined;
  const mapRun = services.store.mapRun(resume.mapRunArn);
  resume.mapRunArn = undefined;
  if (mapRun === undefined) return undefined;
  const redrive = { redriveCount: mapRun.redriveCount + 1, redriveDate: Date.now() };
  return { ...mapRun, status: 'RUNNING', stopDate: null, counts: emptyCounts(), ...redrive };
}

function logStart({ arn, redriveCount }: MapRunRecord, length: number, { history }: Execution, branch?: Branch): void {
  if (redriveCount > 0) {
    history?.add('MapRunRedriven', { mapRunRedrivenEventDetails: { mapRunArn: arn, redriveCount } }, branch);
    return;
  }
  history?.add('MapStateStarted', { mapStateStartedEventDetails: { length } }, branch);
  history?.add('MapRunStarted', { mapRunStartedEventDetails: { mapRunArn: arn } }, branch);
}

/** As MapStateStarted tells it: what an ItemReader is going to read does not count. */
function lengthOf({ reader, items }: MapSettings, input: Json): number {
  const given = items ?? input;
  return reader === undefined && Array.isArray(given) ? given.length : 0;
}

async function settingsOf(map: DistributedMap, input: Json, execution: Execution): Promise<MapSettings> {
  try {
    return await map.settings(input, execution.context);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    throw new StateError('States.Runtime', `State "${map.stateName}": ${z.prettifyError(error)}`);
  }
}

async function process(
  map: DistributedMap,
  processor: CompiledStateMachine,
  live: LiveMapRun,
  input: Json,
  execution: Execution,
): Promise<Json> {
  const { settings, record: mapRun } = live;
  const { s3, directory, store } = execution.services;
  const read = readItems(settings, map.inputType, input, s3);
  const items = map.itemSelector === undefined ? read : map.itemSelector(read, input, execution.context);
  const former = formerResults(mapRun, store);
  const succeeded: [ChildResult, number][] = [];
  const waiting: WaitingBatch[] = [];
  let index = 0;
  // All of them first: AWS, too, knows the total early, and a line that is not JSON fails the run before any child.
  for await (const batch of map.batches ? batches(items, settings) : singleItems(items)) {
    if (execution.signal.aborted) throw new ExecutionStoppedError();
    const result = former.get(index);
    if (result?.Status === 'SUCCEEDED') {
      succeeded.push([result, index]);
      countBatch(mapRun.counts, batch.items, 'succeeded');
    } else {
      waiting.push({ ...batch, index, former: result });
      countBatch(mapRun.counts, batch.items, result === undefined ? 'pending' : 'pendingRedrive');
    }
    index += 1;
  }
  store.saveMapRun(mapRun);
  if (settings.writer === undefined) {
    const outputs: string[] = [];
    const keep = (result: ChildResult, at: number) => {
      if (result.Status === 'SUCCEEDED') outputs[at] = entryOf(result, map.writerConfig);
    };
    for (const [result, at] of succeeded) keep(result, at);
    await runChildren({ processor, waiting, live, execution, onResult: keep });
    return JSON.parse(`[${Object.values(outputs).join(',')}]`);
  }
  const { Bucket, Prefix } = settings.writer;
  const files = openResultFiles(join(directory, 'map-runs', mapRun.arn.split(':').at(-1) ?? ''), map.writerConfig);
  try {
    for (const [result] of succeeded) files.add(result);
    const failure = await runChildren({ processor, waiting, live, execution, onResult: files.add }).catch(
      (error: unknown) => ({ error }),
    );
    if (execution.signal.aborted) throw new ExecutionStoppedError();
    // A run over its tolerated failures is exported as well: that is where its failures can be read.
    const Key = await files.export(s3, Bucket, Prefix, mapRun.arn);
    for (const counts of Object.values(mapRun.counts)) counts.resultsWritten = counts.total;
    if (failure !== undefined) throw failure.error;
    return { MapRunArn: mapRun.arn, ResultWriterDetails: { Bucket, Key } };
  } finally {
    files.remove();
  }
}

/** How the batches' children ended before the Map Run was redriven, by the batches' places. */
function formerResults({ arn, redriveCount }: MapRunRecord, store: Store): Map<number, ChildResult> {
  if (redriveCount === 0) return new Map();
  return new Map(store.batches(arn).map(({ batch, result }) => [batch, JSON.parse(result)]));
}
