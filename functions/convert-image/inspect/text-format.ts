import type { FileKind } from './file-kinds.ts';

/** Formats that may be all text; what they begin with. */
const documents = [
  ['%PDF-', 'a PDF document'],
  ['%!PS', 'a PostScript document'],
  ['{\\rtf', 'an RTF document'],
] as const;

/** What a text file is; null for anything with bytes that text does not have. */
export function identifyText(sample: Uint8Array): FileKind | null {
  const text = decodeText(sample);
  if (text === null) return null;
  const document = documents.find(([start]) => text.startsWith(start));
  if (document !== undefined) return { kind: 'other', name: document[1] };
  const start = text.trimStart();
  if (start.startsWith('<')) return identifyMarkup(start);
  if (/^[[{]/.test(start)) return { kind: 'text', name: 'JSON' };
  return { kind: 'text', name: 'plain text' };
}

function decodeText(sample: Uint8Array): string | null {
  // The sample may end inside a character: `stream` lets it.
  const decode = (encoding: string) => new TextDecoder(encoding, { fatal: true }).decode(sample, { stream: true });
  try {
    if (sample[0] === 0xff && sample[1] === 0xfe) return decode('utf-16le');
    if (sample[0] === 0xfe && sample[1] === 0xff) return decode('utf-16be');
    const text = decode('utf-8');
    return hasControlCharacters(text) ? null : text;
  } catch {
    // Pages in Windows-1252 are still pages.
    const text = Buffer.from(sample).toString('latin1');
    return /^\s*<[!?a-z]/i.test(text) && !hasControlCharacters(text) ? text : null;
  }
}

/** Control characters besides white space, which no text format has. */
function hasControlCharacters(text: string): boolean {
  return /[^\P{Cc}\t\n\f\r\u0080-\u009f]/u.test(text);
}

/** Of markup that begins with `<`: comments, declarations and instructions come before what tells. */
function identifyMarkup(text: string): FileKind {
  const root = text.replace(/^(?:\s+|<!--[\s\S]*?(?:-->|$)|<\?[\s\S]*?(?:\?>|$))*/, '');
  if (/^<!doctype\s+html\b/i.test(root)) return { kind: 'html', name: 'an HTML page' };
  if (/^<(?:[\w-]+:)?svg[\s/>]/i.test(root) || /^<!doctype\s+svg\b/i.test(root))
    return { kind: 'image', format: 'svg' };
  if (/^<(html|head|body|title|meta|script|style|link|div|p|h1|center|table|a|span)[\s/>]/i.test(root)) {
    return { kind: 'html', name: 'an HTML page' };
  }
  return { kind: 'text', name: 'XML' };
}
