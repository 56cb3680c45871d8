import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { type SupplierImageSettings, suppliers } from '../../schema/index.ts';
import { SettingsTooLargeError } from '../../workflows/errors.ts';
import type {
  SupplierChanges,
  SupplierSettings,
  supplierSettingsInputSchema,
} from '../../workflows/payloads/supplier.ts';
import { registeredImportBytes } from '../../workflows/payloads/upload.ts';
import { type Database, type Transaction, withDatabaseErrors } from '../shared/database/database.ts';
import { normaliseHeader } from '../shared/headers/header-names.ts';

export type Dependencies = { database: Database };

/** What the rest of a registered import may take of `registeredImportBytes`. */
const besidesMapping = 4 * 1024;

/** Reads a supplier's settings, after changing them where anything is set; a supplier that is not there is made for that. */
export async function supplierSettings(
  { database }: Dependencies,
  { supplier: code, set }: z.output<typeof supplierSettingsInputSchema>,
): Promise<SupplierSettings> {
  return withDatabaseErrors(() =>
    database.transaction(async (transaction) => {
      if (Object.keys(set).length > 0) {
        await transaction.insert(suppliers).values({ code, name: code }).onConflictDoNothing();
        await changeSupplier(transaction, code, set);
      }
      const [row] = await transaction.select().from(suppliers).where(eq(suppliers.code, code));
      return row === undefined ? null : settingsOf(row);
    }),
  );
}

type SupplierRow = typeof suppliers.$inferSelect;

/** Changes what is set and nothing else. Throws SettingsTooLargeError for a mapping that no import could carry. */
export async function changeSupplier(transaction: Transaction, code: string, set: SupplierChanges): Promise<void> {
  const [row] = await transaction.select().from(suppliers).where(eq(suppliers.code, code)).for('update');
  if (row === undefined) throw new Error(`Supplier ${code} vanished while its settings were changed`);
  const columnMapping = overlaid(row.columnMapping, set.column_mapping, normaliseHeader);
  const bytes = Buffer.byteLength(JSON.stringify(columnMapping));
  if (bytes > registeredImportBytes - besidesMapping) {
    throw new SettingsTooLargeError(
      `The column mapping of supplier ${code} would come to ${bytes} bytes; at most ${registeredImportBytes - besidesMapping} are accepted.`,
    );
  }
  await transaction
    .update(suppliers)
    .set({
      feedMode: set.feed_mode,
      currency: set.currency,
      locale: set.locale,
      columnMapping,
      imageSettings: changedImages(row.imageSettings, set),
      updatedAt: new Date(),
    })
    .where(eq(suppliers.code, code));
}

function changedImages(stored: SupplierImageSettings, set: SupplierChanges): SupplierImageSettings {
  const changed: Record<string, unknown> = {
    ...stored,
    ...(set.image_base_url !== undefined && { baseUrl: set.image_base_url }),
    ...(set.max_concurrency !== undefined && { maxConcurrency: set.max_concurrency }),
    ...(set.allow_svg !== undefined && { allowSvg: set.allow_svg }),
    ...(set.headers !== undefined && {
      headers: overlaid(textsOf(stored.headers), set.headers, (name) => name.toLowerCase()),
    }),
  };
  return Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== null));
}

/** `changes` over what is stored under the same name, as `same` writes it; null takes an entry out. */
function overlaid(
  stored: Record<string, string>,
  changes: Record<string, string | null> = {},
  same: (name: string) => string,
): Record<string, string> {
  const changed = new Set(Object.keys(changes).map(same));
  return Object.fromEntries([
    ...Object.entries(stored).filter(([name]) => !changed.has(same(name))),
    ...Object.entries(changes).flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])),
  ]);
}

/** Settings may have been typed by hand: what is no text is shown as one. */
function textsOf(headers: Record<string, unknown> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

function settingsOf({ code, feedMode, currency, locale, columnMapping, imageSettings }: SupplierRow): SupplierSettings {
  return {
    supplier: code,
    feed_mode: feedMode,
    currency,
    locale,
    image_base_url: imageSettings.baseUrl ?? null,
    max_concurrency: typeof imageSettings.maxConcurrency === 'number' ? imageSettings.maxConcurrency : null,
    allow_svg: imageSettings.allowSvg === true,
    headers: textsOf(imageSettings.headers),
    column_mapping: columnMapping,
  };
}
