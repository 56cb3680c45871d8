import { and, eq, isNull } from 'drizzle-orm';
import { imports } from '../../schema/index.ts';
import type { RegisteredImport } from '../../workflows/payloads/upload.ts';
import { fingerprintOf } from '../shared/changes/fingerprint.ts';
import { type Database, withDatabaseErrors } from '../shared/database/database.ts';

/** Keeps the fingerprint of the catalog before the import writes: once, as a repeated execution comes after some of it. */
export async function keepFingerprintBefore(
  database: Database,
  { importId, supplierId }: Pick<RegisteredImport, 'importId' | 'supplierId'>,
): Promise<void> {
  await withDatabaseErrors(async () => {
    const isMissing = and(eq(imports.id, importId), isNull(imports.fingerprintBefore));
    const [missing] = await database.select({ id: imports.id }).from(imports).where(isMissing);
    if (!missing) return;
    const { fingerprint } = await fingerprintOf(database, supplierId);
    await database.update(imports).set({ fingerprintBefore: fingerprint }).where(isMissing);
  });
}
