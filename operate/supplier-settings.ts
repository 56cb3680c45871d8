import {
  type SupplierChanges,
  type SupplierSettings,
  supplierCodeSchema,
  supplierSettingsSchema,
} from '../workflows/payloads/supplier.ts';
import type { Target } from './target/clients.ts';
import { invokeFunction } from './target/invoke-function.ts';

/**
 * Changes settings of a supplier, where any are given, and returns all of them; null where there is no such supplier.
 * Through a function, on a laptop as on AWS, where the database is out of anyone's reach.
 */
export async function changeSettings(
  target: Pick<Target, 'lambda' | 'supplierSettingsFunction'>,
  supplier: string,
  set: SupplierChanges,
): Promise<SupplierSettings> {
  const code = supplierCodeSchema.safeParse(supplier);
  if (!code.success) throw new Error(`${code.error.issues[0]?.message}: “${supplier}” is not`);
  const result = await invokeFunction(target, target.supplierSettingsFunction, { supplier: code.data, set });
  return supplierSettingsSchema.parse(result);
}
