import { CorruptSpreadsheetError } from '../../../../workflows/errors.ts';

/** The refusal of a workbook that is not what its format says. */
export function damaged(reason: string): CorruptSpreadsheetError {
  // The reason may quote the workbook, line breaks and all.
  const told = reason.replace(/\s+/g, ' ').slice(0, 200);
  return new CorruptSpreadsheetError(
    `The workbook is damaged (${told}). Open it in your spreadsheet program, save it again and drop it again.`,
  );
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const reference = /&(?:#(\d+);|#x([\da-f]+);|(amp|lt|gt|quot|apos);)?/gi;

/** Decodes character references, e.g. `&amp;` and `&#38;`; throws {@link damaged} for any that XML does not have. */
export function decodeReferences(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(reference, (written, decimal?: string, hex?: string, name?: string) => {
    const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hex ?? '', 16);
    const character = name !== undefined ? entities[name] : isCharacter(code) ? String.fromCodePoint(code) : undefined;
    if (character === undefined) throw damaged(`${written} is no character`);
    return character;
  });
}

/** https://www.w3.org/TR/xml/#charsets */
function isCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd;
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff);
}

/** Line ends as XML has them read: https://www.w3.org/TR/xml/#sec-line-ends */
export function normalLineEnds(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

/** Gathers the text of a shared string or of a text in its cell: all its runs, without phonetic guides. */
export class RichText {
  #text = '';
  #insideText = false;
  #insideGuide = false;

  open(name: string): void {
    if (name === 't') this.#insideText = true;
    else if (name === 'rPh') this.#insideGuide = true;
  }

  close(name: string): void {
    if (name === 't') this.#insideText = false;
    else if (name === 'rPh') this.#insideGuide = false;
  }

  add(text: string): void {
    if (this.#insideText && !this.#insideGuide) this.#text += text;
  }

  /** What was gathered; begins anew. */
  take(): string {
    const text = this.#text;
    this.#text = '';
    this.#insideText = false;
    this.#insideGuide = false;
    return text;
  }
}
