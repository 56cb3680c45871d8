import { UnsupportedFileTypeError } from '../../workflows/errors.ts';

/** In lower case, with their dot. */
export const supportedExtensions = [
  '.xlsx',
  '.xls',
  '.xlsb',
  '.ods',
  '.csv',
  '.tsv',
  '.txt',
  '.json',
  '.jsonl',
  '.ndjson',
  '.zip',
  '.gz',
];

/** Throws {@link UnsupportedFileTypeError} where the name says that the file is of another kind than is imported. */
export function checkFileType(fileName: string): void {
  const extension = /\.[^./]*$/.exec(fileName)?.[0].toLowerCase() ?? '';
  if (supportedExtensions.includes(extension)) return;
  const found = extension === '' ? 'has no extension' : `is ${extension}`;
  throw new UnsupportedFileTypeError(
    `The file "${fileName}" ${found}: expected one of ${supportedExtensions.join(', ')}.`,
  );
}
