import { sql } from 'drizzle-orm';
import type { Database } from '../../../functions/shared/database/database.ts';
import { products } from '../../../schema/index.ts';
import type { ImportedProduct } from '../../../workflows/payloads/product.ts';
import { aProduct, aVariant, startImport } from '../../support/imports.ts';

type FeedMode = 'partial' | 'full';

/** The `n`-th file of the supplier, an hour after the one before. */
export const fileAt = (database: Database, n: number, feedMode: FeedMode = 'partial') =>
  startImport(database, {
    key: `acme/file-${n}.csv`,
    uploadedAt: new Date(Date.UTC(2026, 2, 1, n)).toISOString(),
    feedMode,
  });

/** A product in one of several versions that differ in all that there is to restore. */
export function version(code: string, n: number): ImportedProduct {
  const variants = [
    aVariant({ key: 'S', sku: `${code}-S`, price: `${n}.5000`, options: { Size: 'S', Color: 'Red' } }),
    ...(n % 2 === 0 ? [aVariant({ key: 'M', sku: `${code}-M`, attributes: { n: String(n) } })] : []),
  ];
  return aProduct({
    code,
    title: `${code} ${n}`,
    tags: [`v${n}`],
    attributes: { Material: `m${n}` },
    active: n % 5 !== 4,
    variants,
    images: Array.from({ length: n % 3 }, (_, index) => `https://cdn.example/${code}/${n + index}.jpg`),
  });
}

export const titles = async (database: Database) => {
  const rows = await database.select().from(products).where(sql`${products.unmadeBy} is null`).orderBy(products.code);
  return rows.map(({ code, title, status }) => `${code} ${title} ${status}`);
};

/** What a supplier sends, and then by mistake. */
export const first = [version('A', 0), version('B', 1), version('C', 2)];
export const second = [version('A', 3), version('B', 1), version('D', 6)];
