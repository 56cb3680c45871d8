import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import {
  CorruptSpreadsheetError,
  EmptySpreadsheetError,
  PasswordProtectedError,
  SpreadsheetTooLargeError,
  UnsupportedFileTypeError,
} from '../../../workflows/errors.ts';
import { limits } from '../limits.ts';
import { readStart } from './text-encoding.ts';
import type { ZipArchive } from './xlsx/zip-archive.ts';

/** `xls`: any compound file of Office from before 2007. */
export type FileKind = 'zip' | 'gzip' | 'xls' | 'json' | 'text';

/**
 * Tells a file's kind by its bytes, whatever its name says; throws the refusal for all kinds that are not read:
 * signatures as in https://en.wikipedia.org/wiki/List_of_file_signatures.
 */
export async function detectFileKind(path: string): Promise<FileKind> {
  const { size } = await stat(path);
  if (size === 0) throw new EmptySpreadsheetError('The file is empty: it has no bytes at all.');
  if (size > limits.fileBytes)
    throw new SpreadsheetTooLargeError(`The file has ${size} bytes; at most ${limits.fileBytes} are accepted.`);
  const start = await readStart(path, 4096);
  const hex = start.subarray(0, 8).toString('hex');
  if (hex.startsWith('504b0304') || hex.startsWith('504b0506')) return 'zip';
  if (hex.startsWith('504b'))
    throw new CorruptSpreadsheetError(
      'The file begins like a workbook but is damaged; save it again and drop it again.',
    );
  if (hex.startsWith('1f8b')) return 'gzip';
  if (hex === 'd0cf11e0a1b11ae1') {
    await refuseEncrypted(path);
    return 'xls';
  }
  if (isJson(start)) return 'json';
  const kind = binaryKind(hex) ?? textKind(start);
  if (kind !== null) throw new UnsupportedFileTypeError(`The file is ${kind}, whatever its name says. ${expected}`);
  return 'text';
}

const expected = 'Save it as .xlsx or .csv and drop it again.';

/** An encrypted .xlsx is a compound file with a stream named EncryptedPackage. */
async function refuseEncrypted(path: string): Promise<void> {
  const name = Buffer.from('EncryptedPackage', 'utf16le');
  let tail = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    if (!Buffer.isBuffer(chunk)) continue;
    const text = Buffer.concat([tail, chunk]);
    if (text.includes(name))
      throw new PasswordProtectedError(
        'The workbook is protected by a password. Save it without one and drop it again.',
      );
    tail = text.subarray(-name.length);
  }
}

function binaryKind(hex: string): string | null {
  const signatures: [string, string][] = [
    ['25504446', 'a PDF document'],
    ['377abcaf271c', 'a 7-Zip archive'],
    ['526172211a07', 'a RAR archive'],
    ['425a68', 'compressed with bzip2'],
    ['fd377a585a00', 'compressed with xz'],
    ['28b52ffd', 'compressed with Zstandard'],
    ['ffd8ff', 'a JPEG image'],
    ['89504e47', 'a PNG image'],
    ['47494638', 'a GIF image'],
    ['53514c69746520', 'a SQLite database'],
    ['7b5c727466', 'a rich text document'],
    ['50415231', 'a Parquet file'],
  ];
  return signatures.find(([signature]) => hex.startsWith(signature))?.[1] ?? null;
}

const isJson = (start: Buffer) =>
  /^\s*[{[]\s*["{[\]}]/.test(new TextDecoder(markedEncoding(start) ?? 'utf-8').decode(start));

const markedEncoding = (start: Buffer) =>
  start[0] === 0xff && start[1] === 0xfe ? 'utf-16le' : start[0] === 0xfe && start[1] === 0xff ? 'utf-16be' : null;

function textKind(start: Buffer): string | null {
  const bom = markedEncoding(start);
  const decoded = new TextDecoder(bom ?? 'utf-8').decode(start).toLowerCase();
  const text = decoded.replace(/^(\s|<!--[\s\S]*?-->)+/, '');
  if (/^<(\?xml|!doctype|\w+[\s>])/.test(text))
    return /<(!doctype html|html|head|meta|style|body|table|tr|div)[\s>]/.test(text)
      ? 'a web page (HTML)'
      : 'an XML document';
  if (/^mime-version:/.test(text)) return 'a web page (MHTML)';
  if (/^id;p/.test(text)) return 'a SYLK file (.slk)';
  if (bom !== null) return null;
  // A text has no zero bytes, unless it is UTF-16, where every other byte of plain letters is zero.
  const zeros = start.filter((byte) => byte === 0).length;
  const alternate = start.filter((byte, index) => byte === 0 && index % 2 === 0).length;
  const utf16 = zeros > start.length / 8 && (alternate < zeros / 8 || alternate > (zeros * 7) / 8);
  if (zeros > 0 && !utf16) return 'binary data';
  const controls = start.filter((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 26 && byte !== 27)).length;
  return controls - zeros > start.length / 20 ? 'binary data' : null;
}

/** A workbook in a zip: the part of an .xlsx that lists its sheets, or one of another kind. */
export type ZippedWorkbook = { kind: 'xlsx'; part: string } | { kind: 'other' };

/** The workbook that a zip is; null for an archive of other files; throws the refusal where it is another document. */
export function findWorkbook(zip: ZipArchive): ZippedWorkbook | null {
  const part =
    zip.names.find((name) => /^xl\/workbook\d*\.xml$/i.test(name)) ??
    zip.names.find((name) => /(^|\/)workbook\d*\.xml$/i.test(name));
  if (part !== undefined) return { kind: 'xlsx', part };
  const has = (pattern: RegExp) => zip.names.some((name) => pattern.test(name));
  const isOpenDocument = zip.has('mimetype') && has(/^content\.xml$/);
  if (has(/^xl\/workbook\.bin$/i) || isOpenDocument) return { kind: 'other' };
  const kind = has(/^Index\/.*\.iwa$|^Index\.zip$/)
    ? 'an Apple Numbers or Pages document'
    : has(/^word\//)
      ? 'a Word document'
      : has(/^ppt\//)
        ? 'a PowerPoint presentation'
        : null;
  if (kind === null) return null;
  throw new UnsupportedFileTypeError(`The file is ${kind}. ${expected}`);
}
