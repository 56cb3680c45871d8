import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeExecutionCommand, type ExecutionListItem, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { Upload } from '@aws-sdk/lib-storage';
import { productImportInputSchema } from '../../workflows/payloads/import-states.ts';
import { type ImportSummary, importSummarySchema } from '../../workflows/payloads/summary.ts';
import type { Target } from '../target/clients.ts';
import { type FollowedExecution, followExecution, summaryIn } from './follow-execution.ts';
import { createProgressReader, type ExecutionProgress, type OwnImageCounts } from './progress.ts';

export type FollowedImport = Omit<FollowedExecution, 'output'> & { summary: ImportSummary | null };

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

/** Follows an import's execution to its end; `countImages` counts its images, where the database is in reach. */
export async function followImport(
  target: Target,
  executionArn: string,
  onProgress: (progress: ExecutionProgress) => unknown,
  countImages?: () => Promise<OwnImageCounts | null>,
): Promise<FollowedImport> {
  const progress = createProgressReader(target, executionArn, countImages);
  const { output, ...followed } = await followExecution(target, executionArn, async (seconds) =>
    onProgress(await progress(seconds)),
  );
  const summary = summaryIn(output);
  return { ...followed, summary: summary === null ? null : importSummarySchema.parse(summary) };
}
