import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../../../functions/shared/database/database.ts';
import { parseUploadKey } from '../../../functions/shared/imports/object-keys.ts';
import { type DryRun, dryRun } from '../../../operate/dry-run.ts';
import { dropSpreadsheet } from '../../../operate/executions/follow-import.ts';
import type { Target } from '../../../operate/target/clients.ts';
import { RequestError } from './request-error.ts';

export type GivenFile = { supplier: string; file: string; bytes: Buffer };

/** What the import of a file would do; a refusal is the client's mistake, told in its own words. */
export async function tryOut(database: Database, given: GivenFile): Promise<DryRun> {
  return withFile(given, (path) =>
    dryRun(database, path, given.supplier).catch((error: unknown) => {
      throw new RequestError(422, error instanceof Error ? error.message : String(error), { cause: error });
    }),
  );
}

/** Puts a file into the uploads bucket; gives the execution that this started. */
export async function upload(target: Target, given: GivenFile): Promise<{ executionArn: string }> {
  return withFile(given, async (path) => ({ executionArn: await dropSpreadsheet(target, path, given.supplier) }));
}

async function withFile<T>({ supplier, file, bytes }: GivenFile, work: (path: string) => Promise<T>): Promise<T> {
  if (/[/\\\0]/.test(file) || file.startsWith('.')) throw new RequestError(400, `"${file}" is no file name`);
  try {
    parseUploadKey(`${supplier}/${file}`);
  } catch (error) {
    throw new RequestError(422, error instanceof Error ? error.message : String(error), { cause: error });
  }
  const directory = await mkdtemp(join(tmpdir(), 'supplier-import-console-'));
  try {
    const path = join(directory, file);
    await writeFile(path, bytes);
    return await work(path);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
