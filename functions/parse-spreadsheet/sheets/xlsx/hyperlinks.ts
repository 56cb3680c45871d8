import { SpreadsheetTooLargeError } from '../../../../workflows/errors.ts';
import { limits } from '../../limits.ts';
import { readRelationships, relationshipId, relationshipsPath } from './relationships.ts';
import { type Attributes, readPart } from './xml-reader.ts';
import type { ZipArchive } from './zip-archive.ts';

/**
 * Targets of a sheet's hyperlinks by cell address. They stand after the rows, which need them; so a sheet that has any
 * is unpacked twice.
 */
export async function readHyperlinks(zip: ZipArchive, sheetPath: string): Promise<Map<string, string>> {
  const links = new Map<string, string>();
  if (!zip.has(relationshipsPath(sheetPath))) return links;
  const relationships = await readRelationships(zip, sheetPath, { maximumBytes: 4 * limits.partBytes });
  if (![...relationships.values()].some(({ kind }) => kind === 'hyperlink')) return links;
  const open = (name: string, depth: number, attributes: () => Attributes) => {
    if (depth !== 3 || name !== 'hyperlink') return;
    const read = attributes();
    const target = relationships.get(relationshipId(read) ?? '')?.target;
    // A link over a range of cells counts for its first, where a merged cell has its value.
    const address = read.ref?.split(':')[0];
    if (target !== undefined && address !== undefined) links.set(address, target);
    if (links.size > limits.hyperlinks)
      throw new SpreadsheetTooLargeError(`The sheet has more than ${limits.hyperlinks} hyperlinks.`);
  };
  await readPart(zip, sheetPath, { open }, { maximumBytes: limits.inflatedBytes });
  return links;
}
