import { posix } from 'node:path';
import { SpreadsheetTooLargeError } from '../../../../workflows/errors.ts';
import { limits } from '../../limits.ts';
import { type NumberFormats, readNumberFormats } from './number-formats.ts';
import { type Relationship, readRelationships, relationshipId } from './relationships.ts';
import { type Attributes, readPart } from './xml-reader.ts';
import { decodeReferences } from './xml-text.ts';
import type { ZipArchive } from './zip-archive.ts';

export type SheetReference = { name: string; hidden: boolean; path: string };

/** What a workbook says beside its rows and texts. */
export type Workbook = {
  /** In the order of their tabs; sheets that are a chart left out. */
  sheets: SheetReference[];
  numberFormats: NumberFormats;
  /** True where dates are counted from 1904 on. */
  date1904: boolean;
  /** Where the texts are that cells name by their index; undefined where it has none. */
  sharedStringsPath: string | undefined;
};

/** Reads the workbook part at `path` and its styles. */
export async function readWorkbook(zip: ZipArchive, path: string): Promise<Workbook> {
  const relationships = await readRelationships(zip, path);
  const sheets: SheetReference[] = [];
  let date1904 = false;
  await readPart(zip, path, {
    open(name: string, depth: number, attributes: () => Attributes) {
      if (depth === 2 && name === 'workbookPr') date1904 = /^(1|true)$/.test(attributes().date1904 ?? '');
      if (depth !== 3 || name !== 'sheet') return;
      const read = attributes();
      const relationship = relationships.get(relationshipId(read) ?? '');
      if (relationship?.kind !== 'worksheet') return;
      const hidden = read.state === 'hidden' || read.state === 'veryHidden';
      sheets.push({ name: decodeReferences(read.name ?? ''), hidden, path: relationship.path });
      if (sheets.length > limits.sheets)
        throw new SpreadsheetTooLargeError(`The workbook has more than ${limits.sheets} sheets.`);
    },
  });
  const part = (kind: string, file: string) =>
    partPath(zip, relationships, kind, posix.join(posix.dirname(path), file));
  const stylesPath = part('styles', 'styles.xml');
  return {
    sheets,
    numberFormats: stylesPath === undefined ? [] : await readNumberFormats(zip, stylesPath),
    date1904,
    sharedStringsPath: part('sharedStrings', 'sharedStrings.xml'),
  };
}

/** Programs exist that name these parts in other letters than they write them, or not at all. */
function partPath(
  zip: ZipArchive,
  relationships: Map<string, Relationship>,
  kind: string,
  usual: string,
): string | undefined {
  const named = [...relationships.values()].find((relationship) => relationship.kind === kind)?.path ?? usual;
  const find = (path: string) => zip.names.find((name) => name.toLowerCase() === path.toLowerCase());
  return zip.has(named) ? named : (find(named) ?? find(usual));
}
