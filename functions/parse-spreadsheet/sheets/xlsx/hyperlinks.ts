import { posix } from 'node:path';
import { SpreadsheetTooLargeError } from '../../../../workflows/errors.ts';
import { limits } from '../../limits.ts';
import { decodeXml } from './sheet-xml.ts';
import type { ZipArchive } from './zip-archive.ts';

/**
 * Targets of a sheet's hyperlinks by cell address. They stand after the rows, and exceljs's streaming reader has them
 * only then; so a sheet that has any is unpacked twice.
 */
export async function readHyperlinks(zip: ZipArchive, sheetPath: string): Promise<Map<string, string>> {
  const relationshipsPath = posix.join(posix.dirname(sheetPath), '_rels', `${posix.basename(sheetPath)}.rels`);
  const links = new Map<string, string>();
  if (!zip.has(relationshipsPath)) return links;
  let relationships = '';
  for await (const text of decodeXml(zip.read(relationshipsPath), 4 * limits.partBytes)) relationships += text;
  if (!relationships.includes('/hyperlink"')) return links;
  const targets = new Map<string, string>();
  for (const [tag] of relationships.matchAll(/<Relationship\s[^<>]{1,10000}>/g)) {
    const { Id, Target } = attributesOf(tag);
    if (Id !== undefined && Target !== undefined) targets.set(Id, Target);
  }
  for await (const tag of hyperlinkTags(zip, sheetPath)) {
    const attributes = attributesOf(tag);
    const target = targets.get(attributes['r:id'] ?? attributes.id ?? '');
    // A link over a range of cells counts for its first, where a merged cell has its value.
    const address = attributes.ref?.split(':')[0];
    if (target !== undefined && address !== undefined) links.set(address, target);
    if (links.size > limits.hyperlinks)
      throw new SpreadsheetTooLargeError(`The sheet has more than ${limits.hyperlinks} hyperlinks.`);
  }
  return links;
}

async function* hyperlinkTags(zip: ZipArchive, sheetPath: string): AsyncGenerator<string> {
  let pending = '';
  let inside = false;
  for await (const text of decodeXml(zip.read(sheetPath), limits.inflatedBytes)) {
    pending += text;
    if (!inside) {
      const start = pending.indexOf('<hyperlinks');
      // Long enough for a tag split between two chunks.
      pending = start < 0 ? pending.slice(-20) : pending.slice(start);
      inside = start >= 0;
    }
    if (!inside) continue;
    const end = pending.lastIndexOf('>') + 1;
    for (const [tag] of pending.slice(0, end).matchAll(/<hyperlink\s[^<>]{1,10000}>/g)) yield tag;
    pending = pending.slice(end);
    if (pending.length > limits.rowCharacters)
      throw new SpreadsheetTooLargeError('A hyperlink of the sheet is too long.');
  }
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Decodes character references, e.g. `&amp;` and `&#38;`. */
export function decodeReferences(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w+));/gi,
    (reference, decimal?: string, hex?: string, named?: string) => {
      if (named !== undefined) return (Object.hasOwn(entities, named) ? entities[named] : undefined) ?? reference;
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : reference;
    },
  );
}

function attributesOf(tag: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, name = '', double, single] of tag.matchAll(/(?<![\w:.-])([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
    attributes[name] = decodeReferences(double ?? single ?? '');
  }
  return attributes;
}
