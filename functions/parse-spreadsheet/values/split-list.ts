/** The different parts of a list, in their order; the whole text where nothing separates any. */
export function splitList(text: string, separator: string | undefined): string[] {
  if (separator === undefined || !text.includes(separator)) return [text];
  return [
    ...new Set(
      text
        .split(separator)
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    ),
  ];
}
