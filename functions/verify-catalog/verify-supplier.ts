import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { suppliers } from '../../schema/index.ts';
import type { verifiedSupplierSchema, verifySupplierInputSchema } from '../../workflows/payloads/verify.ts';
import { fingerprintOf } from '../shared/changes/fingerprint.ts';
import { type Database, withDatabaseErrors } from '../shared/database/database.ts';

/** The fingerprint of a supplier's catalog; throws where there is no such supplier. */
export async function verifySupplier(
  database: Database,
  { supplier }: z.infer<typeof verifySupplierInputSchema>,
): Promise<z.infer<typeof verifiedSupplierSchema>> {
  return withDatabaseErrors(async () => {
    const [found] = await database.select().from(suppliers).where(eq(suppliers.code, supplier.toLowerCase()));
    if (!found) throw new Error(`There is no supplier ${supplier}: its first upload creates it`);
    return { supplier: found.code, ...(await fingerprintOf(database, found.id)) };
  });
}
