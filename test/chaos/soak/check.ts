import { ne } from 'drizzle-orm';
import type { Database } from '../../../functions/shared/database/database.ts';
import type { Target } from '../../../operate/target/clients.ts';
import { imports, productCatalog } from '../../../schema/index.ts';
import type { FaultyImage } from '../faulty-suppliers.ts';
import { type Conservation, conservation, storageBreaches } from '../invariants.ts';
import type { SoakedSupplier } from './supplier-files.ts';

export type Soaked = {
  database: Database;
  target: Target;
  sources: readonly FaultyImage[];
  suppliers: readonly SoakedSupplier[];
  /** Keys of the files that are none. */
  wrongKeys: ReadonlySet<string>;
};
export type Checked = { breaches: string[]; images: Conservation; imports: number; products: number };

/** What must hold whenever nothing runs, one sentence for everything that does not. */
export async function check({ database, target, sources, suppliers, wrongKeys }: Soaked): Promise<Checked> {
  const counts = await conservation(database);
  const breaches = await storageBreaches({ database, s3: target.s3, bucket: target.imagesBucket }, sources);
  if (counts.lost > 0) breaches.push(`${counts.lost} images are lost`);

  const unsuccessful = await database.select().from(imports).where(ne(imports.status, 'completed'));
  for (const { objectKey, status, error, errorMessage } of unsuccessful) {
    const isWrong = wrongKeys.has(objectKey);
    if (status === 'running') breaches.push(`the import of ${objectKey} never ended`);
    if (status === 'failed' && !isWrong) breaches.push(`the import of ${objectKey} failed: ${error} ${errorMessage}`);
    if (status !== 'failed' && isWrong) breaches.push(`${objectKey} is no spreadsheet and was imported`);
  }

  const catalog = await database
    .select({ code: productCatalog.code, price: productCatalog.price })
    .from(productCatalog);
  const stored = new Map(catalog.map(({ code, price }) => [code, Number(price)]));
  if (stored.size !== catalog.length) breaches.push(`${catalog.length - stored.size} products are there twice`);
  for (const { prices } of suppliers) {
    for (const [code, price] of prices) {
      const found = stored.get(code);
      if (found !== Number(price)) breaches.push(`${code} costs ${found ?? 'nothing'}, its newest file says ${price}`);
      stored.delete(code);
    }
  }
  for (const code of stored.keys()) breaches.push(`${code} is in no file`);
  return { breaches, images: counts, imports: await database.$count(imports), products: catalog.length };
}
