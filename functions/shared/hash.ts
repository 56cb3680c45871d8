import { hash } from 'node:crypto';

/** First 128 bits of the SHA-256 of `text`, in the form of a uuid: 16 bytes in PostgreSQL instead of 65. */
export function hashToUuid(text: string): string {
  return hexToUuid(hash('sha256', text, 'hex'));
}

/** The first 128 bits of a hash in hex, in the form of a uuid. */
export function hexToUuid(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
