/**
 * A header without case, spaces and punctuation: `Body (HTML)` and `body_html` are the same column, `Style #` and
 * `Style Number` too, but `Style` is another.
 */
export function normaliseHeader(header: string): string {
  return header
    .normalize('NFKC')
    .toLowerCase()
    .replace(/#(?!\s*\d)/g, 'number')
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

/** A normalised header as typed without accents: `Catégorie` and `Categorie` are the same column. */
export function withoutAccents(normalised: string): string {
  return normalised.normalize('NFD').replace(/\p{M}/gu, '');
}

/** The header without its remark in brackets, e.g. `Title (required)`, and without `#`. */
export function withoutRemark(header: string): string {
  return header.replace(/\s*[([{][^)\]}]*[)\]}]\s*|#/g, ' ').trim();
}

/** The letters of a column, from its index: 0 → A, 27 → AB. */
export function columnLetters(index: number): string {
  let letters = '';
  for (let rest = index + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  }
  return letters;
}

/** The index of a column from its letters: A → 0, AB → 27. */
export function columnIndex(letters: string): number {
  let number = 0;
  for (const letter of letters) number = number * 26 + letter.charCodeAt(0) - 64;
  return number - 1;
}
