import { createHash } from 'node:crypto';

/** First 128 bits of the SHA-256 of `text`, in the form of a uuid: 16 bytes in PostgreSQL instead of 65. */
export function hashToUuid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
