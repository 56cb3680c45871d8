/** The first `length` characters of a text, the last of them `…` where it is longer. */
export function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…`.toWellFormed() : text;
}

/** Both ends of a text that is longer than `length`: a sentence that quotes a long value still says what was expected. */
export function shortenMiddle(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = Math.floor((length - 1) / 2);
  return `${text.slice(0, length - 1 - end)}…${text.slice(-end)}`.toWellFormed();
}
