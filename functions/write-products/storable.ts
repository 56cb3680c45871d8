/** NUL and lone surrogates, as JSON.stringify escapes them; a backslash before them would make them literal text. */
const unstorable = /(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g;

/**
 * `value` with U+FFFD for the characters that PostgreSQL has no room for in text and jsonb, in keys too: one stray byte
 * in a supplier's file is no reason to lose the chunk. https://www.postgresql.org/docs/current/datatype-json.html
 */
export function storable<T>(value: T): T {
  const json = JSON.stringify(value);
  const cleaned = json.replace(unstorable, '$1\ufffd');
  return cleaned === json ? value : JSON.parse(cleaned);
}
