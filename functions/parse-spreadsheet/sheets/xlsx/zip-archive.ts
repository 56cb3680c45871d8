import { pipeline, type Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import {
  CorruptSpreadsheetError,
  PasswordProtectedError,
  SpreadsheetTooLargeError,
} from '../../../../workflows/errors.ts';
import { limits } from '../../limits.ts';

/** An open zip whose entries are read within the limits; `close` it. */
export type ZipArchive = {
  names: string[];
  has: (name: string) => boolean;
  /** Unpacks an entry in chunks, counting what comes out. Empty for an entry that is not there. */
  read: (name: string) => AsyncGenerator<Buffer>;
  close: () => void;
};

/** Opens a zip by its directory; throws {@link CorruptSpreadsheetError} where that is missing or damaged. */
export async function openZip(path: string): Promise<ZipArchive> {
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false }).catch((error: unknown) => {
    throw damaged(error);
  });
  try {
    const entries = await readDirectory(zip);
    // Over all entries and reads: an archive may be spread over many entries.
    const total = { inflated: 0 };
    return {
      names: [...entries.keys()],
      has: (name) => entries.has(name),
      read: (name) => inflate(zip, entries.get(name), total),
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function readDirectory(zip: ZipFile): Promise<Map<string, Entry>> {
  if (zip.entryCount > limits.zipEntries) {
    throw new SpreadsheetTooLargeError(
      `The file is an archive of ${zip.entryCount} parts; at most ${limits.zipEntries} are accepted.`,
    );
  }
  const entries = new Map<string, Entry>();
  try {
    for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
  } catch (error) {
    throw damaged(error);
  }
  return entries;
}

async function* inflate(zip: ZipFile, entry: Entry | undefined, total: { inflated: number }): AsyncGenerator<Buffer> {
  if (entry === undefined) return;
  if (entry.isEncrypted())
    throw new PasswordProtectedError('The file is protected by a password; save it without one.');
  let stream: Readable;
  try {
    stream = await openEntry(zip, entry);
  } catch (error) {
    throw damaged(error);
  }
  let inflated = 0;
  let sum = 0;
  try {
    for await (const chunk of stream) {
      if (!Buffer.isBuffer(chunk)) continue;
      inflated += chunk.length;
      sum = crc32(chunk, sum);
      total.inflated += chunk.length;
      const overRatio = inflated > limits.inflationRatioFrom && inflated > entry.compressedSize * limits.inflationRatio;
      if (total.inflated > limits.inflatedBytes || overRatio) {
        throw new SpreadsheetTooLargeError(
          `The file unpacks to more than it can honestly hold: ${entry.compressedSize} bytes of ${entry.fileName} became ${inflated} and more. Save it again from your spreadsheet program.`,
        );
      }
      yield chunk;
    }
    if (sum !== entry.crc32 || inflated !== entry.uncompressedSize) throw new Error(`check sum of ${entry.fileName}`);
  } catch (error) {
    throw error instanceof SpreadsheetTooLargeError ? error : damaged(error);
  } finally {
    stream.destroy();
  }
}

const deflate = 8;
/** Twice zlib's own: fewer turns between threads, and the parser of a sheet is quicker with longer pieces. 64 KiB take twice the memory. */
const pieceBytes = 32 * 1024;

async function openEntry(zip: ZipFile, entry: Entry): Promise<Readable> {
  if (entry.compressionMethod !== deflate) return zip.openReadStreamPromise(entry);
  const stored = await zip.openReadStreamPromise(entry, { decodeFileData: false });
  // Whatever ends one ends the other.
  return pipeline(stored, createInflateRaw({ chunkSize: pieceBytes }), () => {});
}

function damaged(error: unknown): CorruptSpreadsheetError {
  const reason = error instanceof Error ? error.message : String(error);
  return new CorruptSpreadsheetError(
    `The file is damaged or cut off (${reason}). Open it in your spreadsheet program, save it again and drop it again.`,
    { cause: error },
  );
}
