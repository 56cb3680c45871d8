import { parseUploadKey } from '../shared/imports/object-keys.ts';

/** The supplier that the key names, or null: a key that names none is one of the reasons an import fails for. */
export function supplierCodeOf(key: string): string | null {
  try {
    return parseUploadKey(key).supplierCode;
  } catch {
    return null;
  }
}
