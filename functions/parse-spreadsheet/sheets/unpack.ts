import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import {
  CorruptSpreadsheetError,
  ImportRefusedError,
  SpreadsheetTooLargeError,
  UnsupportedFileTypeError,
} from '../../../workflows/errors.ts';
import { limits } from '../limits.ts';
import type { ZipArchive } from './xlsx/zip-archive.ts';

/** Files that archives made on a Mac or by Windows hold beside what was packed. */
const aboutFolders = /(^|\/)(__MACOSX\/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)|\/$/i;

const spreadsheet = /\.(xlsx|xls|xlsb|ods|csv|tsv|txt|json|jsonl|ndjson)$/i;

/** The only file of a zip that is no workbook itself; throws the refusal where it has several, or none. */
export function onlyEntry(zip: ZipArchive): string {
  const files = zip.names.filter((name) => !aboutFolders.test(name));
  const [file] = files;
  if (file !== undefined && files.length === 1 && spreadsheet.test(file)) return file;
  throw new UnsupportedFileTypeError(
    `The file is a zip archive of ${files.length} files, expected one spreadsheet (.xlsx, .csv or another that is read) and nothing else in it.`,
  );
}

/** Unpacks an entry of a zip of `packed` bytes into `directory`; returns its path. */
export async function unpackEntry(zip: ZipArchive, name: string, packed: number, directory: string): Promise<string> {
  return await write(zip.read(name), packed, directory);
}

/** Unpacks a gzip file into `directory`; returns its path. */
export async function unpackGzip(path: string, directory: string): Promise<string> {
  const gunzip = createGunzip();
  const packed = createReadStream(path);
  const reading = pipeline(packed, gunzip).catch(() => {});
  try {
    return await write(gunzip, (await stat(path)).size, directory);
  } catch (error) {
    if (error instanceof ImportRefusedError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new CorruptSpreadsheetError(`The gzip file is damaged or cut off (${reason}). Pack it again.`, {
      cause: error,
    });
  } finally {
    packed.destroy();
    gunzip.destroy();
    await reading;
  }
}

async function write(chunks: AsyncIterable<Buffer>, packed: number, directory: string): Promise<string> {
  const path = join(directory, 'unpacked');
  await pipeline(atMost(limits.fileBytes - packed, chunks), createWriteStream(path));
  return path;
}

/** The archive stays beside what comes out of it: both fit into the space that the function has for one file. */
async function* atMost(maximum: number, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > maximum)
      throw new SpreadsheetTooLargeError(
        `The file unpacks to more than ${maximum} bytes: packed and unpacked, at most ${limits.fileBytes} are accepted.`,
      );
    yield chunk;
  }
}
