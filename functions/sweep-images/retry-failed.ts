import { sql } from 'drizzle-orm';
import { images, suppliers } from '../../schema/index.ts';
import type { Database } from '../shared/database/database.ts';

/** Puts images that were given up back to the begin of their schedule, due now. Returns how many. */
export async function retryFailed(
  database: Database,
  { supplier, code }: { supplier?: string; code?: string },
): Promise<number> {
  const ofSupplier = supplier
    ? sql`and ${images.supplierId} in (select ${suppliers.id} from ${suppliers} where ${suppliers.code} = ${supplier.toLowerCase()})`
    : sql``;
  const ofCode = code ? sql`and ${images.errorCode} = ${code}` : sql``;
  const { count } = await database.execute(sql`
    update ${images} set status = 'pending', attempts = 0, next_attempt_at = now(), updated_at = now()
    where ${images.status} = 'failed' and ${images.nextAttemptAt} is null ${ofSupplier} ${ofCode}`);
  return count;
}
