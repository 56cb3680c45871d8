import { strToU8, unzipSync, zipSync } from 'fflate';
import { ImportRefusedError } from '../../../../workflows/errors.ts';
import { parseBytes, workbookOf } from '../spreadsheets.ts';

export const sheet = {
  Products: [
    ['SKU', 'Title'],
    ['A', 'Vase'],
  ],
};
export const sheetXml = (rows: string) => `<worksheet><sheetData>${rows}</sheetData></worksheet>`;
export const headerXml =
  '<row r="1"><c r="A1" t="inlineStr"><is><t>SKU</t></is></c><c r="B1" t="inlineStr"><is><t>Title</t></is></c></row><row r="2"><c r="A2"><v>1</v></c><c r="B2" t="inlineStr"><is><t>Vase</t></is></c></row>';

export async function workbookWith(parts: Record<string, string | Uint8Array>): Promise<Uint8Array> {
  const own: Record<string, Uint8Array> = unzipSync(await workbookOf(sheet));
  for (const [name, content] of Object.entries(parts))
    own[name] = typeof content === 'string' ? strToU8(content) : content;
  return zipSync(own, { level: 6 });
}

/** Says of every entry that it is as small as it is packed, as a bomb would. */
export function lyingSizes(zip: Uint8Array): Buffer {
  const bytes = Buffer.from(zip);
  for (let at = bytes.indexOf('PK\x01\x02'); at >= 0; at = bytes.indexOf('PK\x01\x02', at + 4))
    bytes.writeUInt32LE(bytes.readUInt32LE(at + 20), at + 24);
  for (let at = bytes.indexOf('PK\x03\x04'); at >= 0; at = bytes.indexOf('PK\x03\x04', at + 4))
    bytes.writeUInt32LE(bytes.readUInt32LE(at + 18), at + 22);
  return bytes;
}

/** A compound file as Office writes it, down to the directory entry's name. */
export function ole(stream: string): Buffer {
  const bytes = Buffer.alloc(8192);
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(bytes);
  Buffer.from(stream, 'utf16le').copy(bytes, 4096);
  return bytes;
}

export async function refusal(
  bytes: string | Uint8Array,
): Promise<{ name: string; message: string; milliseconds: number }> {
  const started = performance.now();
  const error = await parseBytes(bytes).then(
    ({ result }) => new Error(`accepted: ${JSON.stringify(result)}`),
    (refused: unknown) => refused,
  );
  if (!(error instanceof ImportRefusedError)) throw error;
  return { name: error.name, message: error.message, milliseconds: performance.now() - started };
}
