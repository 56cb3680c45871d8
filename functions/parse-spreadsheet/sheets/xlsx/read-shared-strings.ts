import { SpreadsheetTooLargeError } from '../../../../workflows/errors.ts';
import { limits } from '../../limits.ts';
import type { SharedStrings } from './shared-strings.ts';
import { readPart, type XmlBounds } from './xml-reader.ts';
import { RichText } from './xml-text.ts';
import type { ZipArchive } from './zip-archive.ts';

const bounds: XmlBounds = {
  maximumBytes: limits.sharedStringsBytes,
  unit: {
    name: 'si',
    tooLong: () => new SpreadsheetTooLargeError(`A cell holds more than ${limits.cellCharacters} characters.`),
  },
};

/** Puts the shared strings of a workbook into `store`, one at a time. */
export async function readSharedStrings(zip: ZipArchive, path: string, store: SharedStrings): Promise<void> {
  const richText = new RichText();
  await readPart(
    zip,
    path,
    {
      open: (name) => richText.open(name),
      text: (text) => richText.add(text),
      close(name, depth) {
        richText.close(name);
        if (depth !== 2 || name !== 'si') return;
        store.add(richText.take());
        if (store.count > limits.sharedStrings)
          throw new SpreadsheetTooLargeError(`The workbook has more than ${limits.sharedStrings} different texts.`);
      },
    },
    bounds,
  );
  store.end();
}
