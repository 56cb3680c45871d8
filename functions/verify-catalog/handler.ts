import { verifyInputSchema } from '../../workflows/payloads/verify.ts';
import { connectDatabase } from '../shared/database/database.ts';
import { loggerFor } from '../shared/runtime/logger.ts';
import { recordedImport } from './recorded-import.ts';
import { verifyProducts } from './verify-products.ts';
import { verifySupplier } from './verify-supplier.ts';

/** Answers `npm run verify`; changes nothing. */
export async function handler(event: unknown): Promise<unknown> {
  const input = verifyInputSchema.parse(event);
  const database = await connectDatabase();
  if ('products' in input) return verifyProducts(database, input);
  const answer = 'import' in input ? recordedImport(database, input.import) : verifySupplier(database, input);
  loggerFor({}).info('Verified', input);
  return answer;
}
