import { remember } from './remember.ts';

/**
 * A header without case, spaces and punctuation: `Body (HTML)` and `body_html` are the same column, `Style #` and
 * `Style Number` too, but `Style` is another.
 */
export const normaliseHeader = remember((header) =>
  header
    .normalize('NFKC')
    .toLowerCase()
    .replace(/#(?!\s*\d)/g, 'number')
    .replace(/[^\p{L}\p{N}]+/gu, ''),
);

/** Letters that Unicode does not take for an accented one, and what people type for them. */
const plainLetters: Record<string, string> = { ı: 'i', ł: 'l', ø: 'o', ß: 'ss' };

/** A normalised header as typed without accents: `Catégorie` and `Categorie` are the same column. */
export function withoutAccents(normalised: string): string {
  return /^[a-z\d]*$/.test(normalised) ? normalised : withPlainLetters(normalised);
}

const withPlainLetters = remember((normalised) =>
  normalised
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[ıłøß]/g, (letter) => plainLetters[letter] ?? letter),
);

/** The header without its remark in brackets, e.g. `Title (required)`, and without `#`. */
export function withoutRemark(header: string): string {
  return header.replace(/\s*[([{][^)\]}]*[)\]}]\s*|#/g, ' ').trim();
}
