import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  DescribeMapRunCommand,
  type ExecutionListItem,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
} from '@aws-sdk/client-sfn';
import { Upload } from '@aws-sdk/lib-storage';
import { productImportInputSchema } from '../workflows/payloads/import-states.ts';
import { type ImportSummary, importSummarySchema } from '../workflows/payloads/summary.ts';
import type { Target } from './clients.ts';

/** What an operator sees while an import runs. */
export type ImportProgress = {
  state: string;
  /** Items of the Map Run under way: chunks of products, hosts of images. */
  items: { total: number; succeeded: number; failed: number } | null;
  seconds: number;
};

/** `Convert images: 3 of 20 (1 failed), 12 s` */
export function describeProgress({ state, items, seconds }: ImportProgress): string {
  const counted = items
    ? `: ${items.succeeded} of ${items.total}${items.failed ? ` (${items.failed} failed)` : ''}`
    : '';
  return `${state}${counted}, ${seconds.toFixed(0)} s`;
}

export type FollowedImport = {
  executionArn: string;
  status: string;
  summary: ImportSummary | null;
  error: { name: string; message: string } | null;
};

/** EventBridge delivers within seconds; longer than this means that no rule saw the object. */
const startTimeoutMilliseconds = 60_000;

/**
 * Uploads a file as `{supplier}/{file name}` and finds the execution that the upload started. Throws one line where the
 * file cannot be read or nothing started.
 */
export async function dropSpreadsheet(target: Target, file: string, supplier: string): Promise<string> {
  const found = await stat(file).catch(() => null);
  if (!found?.isFile()) throw new Error(`Cannot read ${file}: no such file`);
  // The same bytes may have been dropped before: what is there already is not what this drop starts.
  const before = new Set((await listExecutions(target)).map((execution) => execution.executionArn));
  const key = `${supplier}/${basename(file)}`;
  const upload = new Upload({
    client: target.s3,
    params: { Bucket: target.uploadsBucket, Key: key, Body: createReadStream(file) },
  });
  const { ETag } = await upload.done();
  return findExecution(target, { key, etag: (ETag ?? '').replaceAll('"', '') }, before);
}

async function findExecution(
  target: Target,
  upload: { key: string; etag: string },
  seen: Set<string | undefined>,
): Promise<string> {
  const deadline = Date.now() + startTimeoutMilliseconds;
  while (Date.now() < deadline) {
    for (const { executionArn } of await listExecutions(target)) {
      if (executionArn === undefined || seen.has(executionArn)) continue;
      seen.add(executionArn);
      const { input } = await target.stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
      const started = productImportInputSchema.safeParse(JSON.parse(input ?? 'null'));
      if (!started.success) continue;
      if (started.data.upload.key === upload.key && started.data.upload.etag === upload.etag) return executionArn;
    }
    await sleep(target.pollMilliseconds);
  }
  throw new Error(
    `No execution started for ${upload.key} within ${startTimeoutMilliseconds / 1000} s: is the bucket's EventBridge rule enabled?`,
  );
}

async function listExecutions(target: Target): Promise<ExecutionListItem[]> {
  const { executions = [] } = await target.stepFunctions.send(
    new ListExecutionsCommand({ stateMachineArn: target.productImportArn, maxResults: 100 }),
  );
  return executions;
}

/** Follows an import's execution to its end. */
export async function followImport(
  target: Target,
  executionArn: string,
  onProgress: (progress: ImportProgress) => void,
): Promise<FollowedImport> {
  const { output, ...followed } = await followExecution(target, executionArn, onProgress);
  return { ...followed, summary: output === null ? null : importSummarySchema.parse(output) };
}

export type FollowedExecution = Omit<FollowedImport, 'summary'> & {
  /** Its summary, unchecked; null where it has none. */
  output: unknown;
};

/** Follows an execution to its end. */
export async function followExecution(
  target: Target,
  executionArn: string,
  onProgress: (progress: ImportProgress) => void,
): Promise<FollowedExecution> {
  for (;;) {
    const execution = await target.stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
    if (execution.status !== 'RUNNING') return describeEnd(executionArn, execution);
    const seconds = (Date.now() - (execution.startDate?.getTime() ?? Date.now())) / 1000;
    onProgress({
      state: await currentState(target, executionArn),
      items: await itemCounts(target, executionArn),
      seconds,
    });
    await sleep(target.pollMilliseconds);
  }
}

function describeEnd(executionArn: string, execution: DescribeExecutionCommandOutput): FollowedExecution {
  const output: unknown = JSON.parse(execution.output ?? 'null');
  const summary = typeof output === 'object' && output !== null && 'summary' in output ? output.summary : null;
  const error = execution.error ? { name: execution.error, message: execution.cause ?? '' } : null;
  return { executionArn, status: execution.status ?? 'UNKNOWN', output: summary, error };
}

/** Name of the state entered last. */
async function currentState(target: Target, executionArn: string): Promise<string> {
  const { events = [] } = await target.stepFunctions.send(
    new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 20, includeExecutionData: false }),
  );
  return events.find((event) => event.stateEnteredEventDetails)?.stateEnteredEventDetails?.name ?? 'Starting';
}

async function itemCounts(target: Target, executionArn: string): Promise<ImportProgress['items']> {
  const { mapRuns = [] } = await target.stepFunctions.send(new ListMapRunsCommand({ executionArn }));
  const running = mapRuns.find((run) => run.stopDate === undefined);
  if (running?.mapRunArn === undefined) return null;
  const { itemCounts: counts } = await target.stepFunctions.send(
    new DescribeMapRunCommand({ mapRunArn: running.mapRunArn }),
  );
  if (counts === undefined) return null;
  return { total: counts.total ?? 0, succeeded: counts.succeeded ?? 0, failed: counts.failed ?? 0 };
}
