import { chosenColumnsSchema } from '../../workflows/payloads/columns.ts';
import { type AppliedColumns, applyColumnsInputSchema } from '../../workflows/payloads/import-states.ts';
import { type SupplierSettings, supplierSettingsInputSchema } from '../../workflows/payloads/supplier.ts';
import { readJsonLines } from '../shared/aws/storage.ts';
import { connectDatabase } from '../shared/database/database.ts';
import { workKeys } from '../shared/imports/object-keys.ts';
import { environment } from '../shared/runtime/environment.ts';
import { importKeys, loggerFor } from '../shared/runtime/logger.ts';
import { applyColumns } from './apply-columns.ts';
import { supplierSettings } from './supplier-settings.ts';

/** State "Apply columns", and `npm run supplier`. */
export async function handler(event: unknown): Promise<AppliedColumns | SupplierSettings> {
  const columns = applyColumnsInputSchema.safeParse(event);
  if (columns.success) {
    const applied = await applyColumns({ database: await connectDatabase(), readChosenColumns }, columns.data);
    loggerFor(importKeys(columns.data.import)).info('Columns applied', { again: applied.again?.key ?? null });
    return applied;
  }
  const input = supplierSettingsInputSchema.parse(event);
  const settings = await supplierSettings({ database: await connectDatabase() }, input);
  // Not their values: a header may be a secret.
  loggerFor({}).info('Supplier settings', { supplier: input.supplier, set: Object.keys(input.set) });
  return settings;
}

async function readChosenColumns(importId: number) {
  for await (const chosen of readJsonLines(
    environment('WORK_BUCKET'),
    workKeys.columns(importId),
    chosenColumnsSchema,
  )) {
    return chosen;
  }
  throw new Error(`${workKeys.columns(importId)} is empty`);
}
