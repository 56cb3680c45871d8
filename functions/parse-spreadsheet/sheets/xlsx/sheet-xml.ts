import { CorruptSpreadsheetError, SpreadsheetTooLargeError } from '../../../../workflows/errors.ts';
import { limits } from '../../limits.ts';
import { columnIndex, columnLetters } from '../column-letters.ts';

/**
 * Decodes a workbook part to text without splitting characters at chunk borders, which exceljs does
 * (lib/utils/browser-buffer-decode.js), and refuses document types, in which entity tricks are declared.
 */
export async function* decodeXml(chunks: AsyncIterable<Buffer>, maximumBytes: number): AsyncGenerator<string> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let bytes = 0;
  let prologue: string | null = '';
  let prefix: RegExp | null = null;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > maximumBytes) {
      throw new SpreadsheetTooLargeError(`A part of the workbook is larger than ${maximumBytes} bytes when unpacked.`);
    }
    decoder ??= new TextDecoder(encodingOf(chunk));
    let text = decoder.decode(chunk, { stream: true });
    if (prologue !== null) {
      prologue += text;
      const root = /<([A-Za-z_][\w.-]*:)?[A-Za-z]/.exec(prologue);
      if (/<!DOCTYPE|<!ENTITY/i.test(root === null ? prologue : prologue.slice(0, root.index))) {
        throw new CorruptSpreadsheetError(
          'The workbook declares XML entities, which no spreadsheet program writes; it is refused.',
        );
      }
      if (root === null) {
        if (prologue.length > 1_000_000) throw new CorruptSpreadsheetError('A part of the workbook is not XML.');
        continue;
      }
      if (root[1] !== undefined && root[1] !== 'xml:') prefix = new RegExp(`<(/?)${root[1]}`, 'g');
      text = prologue;
      prologue = null;
    }
    yield prefix === null ? text : text.replace(prefix, '<$1');
  }
  const rest = decoder?.decode() ?? '';
  if (rest !== '') yield rest;
}

function encodingOf(start: Buffer): string {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

// These run over hostile text: none of them looks past the next tag of its own kind, so that all are linear.
const emptyCells = /<c(?:\s[^<>]*)?\/>|<c(?:\s[^<>]*)?>\s*<\/c>|<row(?:\s[^<>]*)?\/>/g;
const hasValue = /<(?:v|f|is|t)[\s>/]/;
/** The format of a text says nothing about it, and takes exceljs as long as the text. */
const styleOfText = / s="\d+" t="s"/g;
const inlineText = /<is(?:\s[^<>]*)?>((?:(?!<is[\s>])[\s\S])*?)<\/is>/g;
const textRun = /<t(?:\s[^<>]*)?>([^<]*)<\/t>/g;
const characterData = /<!\[CDATA\[((?:(?!<!\[CDATA\[)[\s\S])*?)\]\]>/g;
/** An ampersand as a number, or the start of any named reference; other numbers exceljs decodes once, as it should. */
const reference = /&(?:#0*(38|x26);|(?!#))/gi;
export const phoneticRun = /<rPh[\s>](?:(?!<rPh[\s>])[\s\S])*?<\/rPh>/g;

/**
 * Passes the rows of a sheet on in pieces of whole rows. Throws {@link CorruptSpreadsheetError} where the sheet ends
 * before its rows do.
 */
export async function* splitRows(chunks: AsyncIterable<string>, sheet: string): AsyncGenerator<string> {
  let pending = '';
  let started = false;
  let complete = false;
  for await (const chunk of chunks) {
    // The rest (merged cells, hyperlinks, print settings) is unpacked for its check sum alone.
    if (complete) continue;
    pending += chunk;
    if (!started) {
      const start = pending.search(/<sheetData[\s/>]/);
      if (start < 0 && pending.length <= limits.rowCharacters) continue;
      if (start < 0) throw tooLong(sheet);
      pending = pending.slice(start).replace(/^<sheetData[^<>]*?(\/?)>/, '$1');
      started = true;
    }
    const end = pending.startsWith('/') ? 0 : pending.indexOf('</sheetData>');
    complete = end >= 0;
    const cut = complete ? end : pending.lastIndexOf('<row');
    if (cut > 0) {
      yield pending.slice(0, cut);
      pending = pending.slice(cut);
    }
    if (!complete && pending.length > limits.rowCharacters) throw tooLong(sheet);
  }
  if (!complete)
    throw new CorruptSpreadsheetError(
      `The sheet “${sheet}” is cut off: its end is missing. Save the file again and drop it again.`,
    );
}

/**
 * Rewrites rows where exceljs 4.4 would misread them:
 * - blank cells and rows are left out, so that a million styled rows cost a scan instead of a parse;
 * - text in the cell itself is escaped once more, since exceljs decodes it twice (`&amp;amp;` would become `&`), and its
 *   rich-text runs are joined, of which exceljs keeps the last;
 * - rows and cells without a reference get one.
 */
export function rewriteRows(text: string, references: References): string {
  const complete = references.missing(text) ? references.add(text) : text;
  if (!hasValue.test(complete)) return '';
  let filled = complete.replace(emptyCells, '').replace(styleOfText, ' t="s"');
  // A date as ISO 8601, which exceljs takes for the number that its year is.
  if (filled.includes(' t="d"')) filled = filled.replaceAll(' t="d"', ' t="str"');
  if (filled.includes('<![CDATA[')) filled = filled.replace(characterData, (_, text: string) => escapeXml(text));
  if (filled.includes('<is') && /<r(?:Ph)?[\s>]/.test(filled)) {
    filled = filled.replace(inlineText, (_, content: string) => `<is><t>${joinRuns(content)}</t></is>`);
  }
  // In a sheet, references stand in inline texts, formula results and formulas; the last are read by readFormula.
  return filled.includes('&')
    ? filled.replace(reference, (_, ampersand?: string) => (ampersand ? '&amp;amp;' : '&amp;'))
    : filled;
}

function joinRuns(content: string): string {
  return [...content.replace(phoneticRun, '').matchAll(textRun)].map(([, text = '']) => text).join('');
}

const escapeXml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Row and cell references, which the format lets a writer leave out. */
export class References {
  #absent: boolean | null = null;
  #row = 0;

  /** Writers are consistent: the first row decides for the sheet. */
  missing(text: string): boolean {
    if (this.#absent === null && /<row[\s>]/.test(text))
      this.#absent = /<row(?![^<>]*\sr=)|<c(?=[\s>/])(?![^<>]*\sr=)/.test(text);
    return this.#absent ?? false;
  }

  add(text: string): string {
    let column = 0;
    return text.replace(/<(row|c)((?:\s[^<>]*?)?)(\/?)>/g, (tag, name: string, attributes: string, close: string) => {
      const given = /\sr=["']([A-Z]*)(\d+)["']/.exec(attributes);
      if (name === 'row') {
        this.#row = given === null ? this.#row + 1 : Number(given[2]);
        column = 0;
        return given === null ? `<row r="${this.#row}"${attributes}${close}>` : tag;
      }
      column = given?.[1] ? columnIndex(given[1]) + 1 : column + 1;
      return given === null ? `<c r="${columnLetters(column - 1)}${this.#row}"${attributes}${close}>` : tag;
    });
  }
}

function tooLong(sheet: string): SpreadsheetTooLargeError {
  return new SpreadsheetTooLargeError(
    `A row of the sheet “${sheet}” is longer than ${limits.rowCharacters} characters.`,
  );
}
