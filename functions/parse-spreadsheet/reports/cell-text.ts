/** Characters in a cell of Excel. */
export const longestCell = 32_767;

/** Characters that XML has no place for (https://www.w3.org/TR/xml/#charsets), and what looks like their escape. */
const escaped = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]|_(?=x[0-9A-F]{4}_)/gu;

/** As much of a text as a cell holds, escaped as Excel does: with a bare control character a workbook does not open. */
export function cellText(text: string): string {
  const hex = (character: string) => character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  const shown = text.slice(0, longestCell).replace(escaped, (character) => `_x${hex(character)}_`);
  return shown.slice(0, longestCell);
}
