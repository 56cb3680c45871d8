/** The letters of a column, from its index: 0 → A, 27 → AB. */
export function columnLetters(index: number): string {
  let letters = '';
  for (let rest = index + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  }
  return letters;
}

const lastColumn = 16_384;

/** The index of the column of a cell address: A1 → 0, AB12 → 27. Undefined for a column that no spreadsheet has. */
export function columnOfAddress(address: string): number | undefined {
  let number = 0;
  for (let at = 0; at < address.length; at += 1) {
    const code = address.charCodeAt(at);
    if (code < 65 || code > 90) break;
    number = number * 26 + code - 64;
  }
  return number >= 1 && number <= lastColumn ? number - 1 : undefined;
}
