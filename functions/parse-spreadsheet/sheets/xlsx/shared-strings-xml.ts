import { SpreadsheetTooLargeError } from '../../../../workflows/errors.ts';
import { limits } from '../../limits.ts';
import { decodePlainText, hasUnusualCharacter } from './plain-text.ts';
import { phoneticRun } from './sheet-xml.ts';

/** Passes shared strings on in pieces of whole strings; the last piece is what follows them. */
export async function* splitSharedStrings(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let pending = '';
  let started = false;
  for await (const chunk of chunks) {
    pending += chunk;
    const cut = pending.lastIndexOf('</si>') + '</si>'.length;
    if (cut < '</si>'.length) {
      if (pending.length > limits.rowCharacters)
        throw new SpreadsheetTooLargeError(`A cell holds more than ${limits.cellCharacters} characters.`);
      continue;
    }
    // What stands before the first string says how many there are, which is not relied on.
    const start = started ? 0 : Math.max(0, pending.search(/<si[\s/>]/));
    started = true;
    yield pending.slice(start, cut);
    pending = pending.slice(cut);
  }
  if (started) yield pending;
}

const plainString = /<si><t(?: xml:space="preserve")?>([^<]*)<\/t><\/si>/y;

/** The texts of a piece where all are plain, as most are; null where one is for exceljs. */
export function readPlainStrings(piece: string): string[] | null {
  if (hasUnusualCharacter(piece)) return null;
  const texts: string[] = [];
  let end = 0;
  plainString.lastIndex = 0;
  for (let match = plainString.exec(piece); match !== null; match = plainString.exec(piece)) {
    const text = decodePlainText(match[1] ?? '');
    if (text === undefined) return null;
    texts.push(text);
    end = plainString.lastIndex;
  }
  return end === piece.length ? texts : null;
}

/** Leaves phonetic guides out, which exceljs takes for the text. */
export function withoutPhonetics(piece: string): string {
  return piece.includes('<rPh') ? piece.replace(phoneticRun, '') : piece;
}
