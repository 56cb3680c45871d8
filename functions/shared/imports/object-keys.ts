import { UnsupportedObjectKeyError } from '../../../workflows/errors.ts';

const supplierCode = /^[a-z0-9][a-z0-9_-]{0,62}$/i;

/** Characters that S3 takes in a key and PostgreSQL not in a text: NUL, and halves of surrogate pairs. */
const unstorable = /[\0\p{Surrogate}]/gu;

/** A key as it can be stored and shown. */
export function storableKey(key: string): string {
  return key.replace(unstorable, '\uFFFD');
}

/** Splits the key of an upload: `acme/spring/catalog.xlsx` → supplier `acme`, file `spring/catalog.xlsx`. */
export function parseUploadKey(key: string): { supplierCode: string; fileName: string } {
  const storable = storableKey(key);
  if (storable !== key) {
    const message = `The object key "${storable}" holds a character that no text can: a NUL or half of a surrogate pair.`;
    throw new UnsupportedObjectKeyError(`${message} Drop the file under another name.`);
  }
  const slash = key.indexOf('/');
  const supplier = key.slice(0, slash);
  const fileName = key.slice(slash + 1);
  if (slash < 1 || fileName === '' || fileName.endsWith('/') || !supplierCode.test(supplier)) {
    throw new UnsupportedObjectKeyError(
      `Cannot tell the supplier from the object key "${key}": expected {supplier}/{file name}, the supplier in letters, digits, - and _.`,
    );
  }
  return { supplierCode: supplier.toLowerCase(), fileName };
}

const padded = (number: number) => String(number).padStart(5, '0');

/** Files that pass between the states of one import, in the work bucket. */
export const workKeys = {
  /** `imports/17/rows/00003.jsonl`: one product a line */
  chunk: (importId: number, chunk: number) => `imports/${importId}/rows/${padded(chunk)}.jsonl`,
  /** `imports/17/rows.jsonl`: one chunk a line */
  manifest: (importId: number) => `imports/${importId}/rows.jsonl`,
  /** `imports/17/rows-sheets.jsonl`: the headers of one sheet a line */
  sheets: (importId: number) => `imports/${importId}/rows-sheets.jsonl`,
  /** `imports/17/rows-rejected.jsonl`: the code of one product a line, rejected or ignored; written for full feeds */
  rejectedCodes: (importId: number) => `imports/${importId}/rows-rejected.jsonl`,
  /** `imports/17/rows-columns.jsonl`: what a columns.xlsx that came back says, on one line */
  columns: (importId: number) => `imports/${importId}/rows-columns.jsonl`,
  /** `imports/17/images/1.jsonl`: the items of "Convert images", hosts, one a line */
  hosts: (importId: number, round: number) => `imports/${importId}/images/${round}.jsonl`,
  /** `imports/17/images/1/00002/00003.jsonl`: the batches of the third Take of the second of them, one a line */
  batches: (importId: number, round: number, group: number, take: number) =>
    `imports/${importId}/images/${round}/${padded(group)}/${padded(take)}.jsonl`,
  /**
   * `changes/17/acme-spring-xlsx-1f3a9c2b/00003.jsonl`: what the chunk changed, one product a line. By execution, since
   * another one of the same file has other chunks.
   */
  changes: (importId: number, executionName: string, chunk: number) =>
    `${workKeys.changesOf(importId)}${executionName}/${padded(chunk)}.jsonl`,
  /** `changes/17/acme-spring-xlsx-1f3a9c2b/missing-00000.jsonl`: deactivated, after so many that had been before */
  missing: (importId: number, executionName: string, before: number) =>
    `${workKeys.changesOf(importId)}${executionName}/missing-${padded(before)}.jsonl`,
  /** Prefix of all that an import changed. */
  changesOf: (importId: number) => `changes/${importId}/`,
  /** `holds/cdn.example`: a host that wants to be left alone, and until when */
  hold: (host: string) => `holds/${host}`,
};

/** What an operator gets back, in the reports bucket: `acme/acme-spring-xlsx-1f3a9c2b/summary.json`. */
export const reportKeys = {
  report: (supplier: string, executionName: string) => `${supplier}/${executionName}/report.html`,
  summary: (supplier: string, executionName: string) => `${supplier}/${executionName}/summary.json`,
  problems: (supplier: string, executionName: string) => `${supplier}/${executionName}/problems.csv`,
  rejected: (supplier: string, executionName: string) => `${supplier}/${executionName}/rejected.xlsx`,
  columns: (supplier: string, executionName: string) => `${supplier}/${executionName}/columns.xlsx`,
  changes: (supplier: string, executionName: string) => `${supplier}/${executionName}/changes.csv`,
  differences: (supplier: string, executionName: string) => `${supplier}/${executionName}/differences.csv`,
};

/** `acme/3f2c…/large.webp` in the images bucket; the hash covers source bytes and conversion settings. */
export const imageKeys = {
  prefix: (supplier: string, hash: string) => `${supplier}/${hash}`,
  rendition: (prefix: string, rendition: string) => `${prefix}/${rendition}.webp`,
  /** The prefix of a rendition's key; null for an object that is none. */
  prefixOf: (key: string) => /^([^/]+\/[0-9a-f]{32})\/[a-z][a-z0-9-]*\.webp$/.exec(key)?.[1] ?? null,
};
