import { appendFileSync, closeSync, createReadStream, fstatSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { StateError } from '../errors.ts';
import type { JsonObject } from '../types.ts';
import type { WriterConfig } from './distributed-map-definition.ts';

/** A child execution as the result files list it. */
export type ChildResult = {
  ExecutionArn?: string;
  Name?: string;
  Status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING';
  Input: string;
  Output?: string;
  [field: string]: unknown;
};

const kinds = ['SUCCEEDED', 'FAILED', 'PENDING'] as const;
type ResultFile = { descriptor: number; entries: number };

/**
 * Collects the results of a Map Run in files of `directory`, so that they need no memory, and exports them to S3 as
 * `PREFIX/RUN/SUCCEEDED_0.json` (and FAILED, PENDING) with a `manifest.json`.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
 */
export function openResultFiles(directory: string, config: WriterConfig) {
  mkdirSync(directory, { recursive: true });
  const lines = config.outputType === 'JSONL';
  const files = new Map<(typeof kinds)[number], ResultFile>();

  function open(kind: (typeof kinds)[number]): ResultFile {
    const file = { descriptor: openSync(join(directory, kind), 'w'), entries: 0 };
    files.set(kind, file);
    return file;
  }

  return {
    add(result: ChildResult): void {
      const kind = result.Status === 'SUCCEEDED' || result.Status === 'PENDING' ? result.Status : 'FAILED';
      const file = files.get(kind) ?? open(kind);
      const text = entryOf(result, config);
      // Synchronous: a few KiB go to the page cache, and the order and a full disk need no further thought.
      appendFileSync(file.descriptor, lines ? `${text}\n` : `${file.entries === 0 ? '[' : ','}${text}`);
      file.entries += 1;
    },
    /** Uploads the files, then the manifest; returns the manifest's key. Throws States.ResultWriterFailed. */
    async export(s3: S3Client, bucket: string, prefix: string, mapRunArn: string): Promise<string> {
      const folder = [...prefix.split('/').filter((part) => part !== ''), mapRunArn.split(':').at(-1)].join('/');
      const resultFiles: JsonObject = { FAILED: [], PENDING: [], SUCCEEDED: [] };
      try {
        for (const [kind, { descriptor, entries }] of files) {
          if (!lines) appendFileSync(descriptor, entries === 0 ? '[]' : ']');
          const key = `${folder}/${kind}_0.${lines ? 'jsonl' : 'json'}`;
          await upload(s3, bucket, key, createReadStream(join(directory, kind)));
          resultFiles[kind] = [{ Key: key, Size: fstatSync(descriptor).size }];
        }
        const manifest = { DestinationBucket: bucket, MapRunArn: mapRunArn, ResultFiles: resultFiles };
        await upload(s3, bucket, `${folder}/manifest.json`, JSON.stringify(manifest));
      } catch (error) {
        const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
        const cause = `Cannot write results to s3://${bucket}/${folder}: ${reason}`;
        throw new StateError('States.ResultWriterFailed', cause, { cause: error });
      }
      return `${folder}/manifest.json`;
    },
    remove(): void {
      for (const { descriptor } of files.values()) closeSync(descriptor);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** What one child adds to the results: failed ones are never transformed. */
export function entryOf(result: ChildResult, { transformation }: WriterConfig): string {
  if (transformation === 'NONE' || result.Status !== 'SUCCEEDED') return JSON.stringify(result);
  return result.Output ?? 'null';
}

async function upload(s3: S3Client, bucket: string, key: string, body: Upload['params']['Body']): Promise<void> {
  const params = { Bucket: bucket, Key: key, Body: body, ContentType: 'application/json' };
  await new Upload({ client: s3, params }).done();
}
