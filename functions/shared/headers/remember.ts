/** Known headers are shorter; longer ones are texts. */
export const longestHeader = 100;

/** Texts that one function remembers; a file has hundreds of columns and rows that may be its header. */
const mostTexts = 2000;

/**
 * The function with its results kept: each header of a file is read by every convention, for every delimiter and row that
 * may be the header. Texts longer than headers are not kept; when too many are, all are let go.
 */
export function remember<T>(compute: (header: string) => T): (header: string) => T {
  const kept = new Map<string, { result: T }>();
  return (header) => {
    if (header.length > longestHeader) return compute(header);
    const known = kept.get(header);
    if (known !== undefined) return known.result;
    const result = compute(header);
    if (kept.size >= mostTexts) kept.clear();
    kept.set(header, { result });
    return result;
  };
}
