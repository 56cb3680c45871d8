import { sql } from 'drizzle-orm';
import { images } from '../../schema/index.ts';
import type { CompleteImage } from '../../workflows/payloads/product.ts';
import { removeOtherImageLinks, writeImageLinks } from '../shared/changes/image-links.ts';
import { insertRows, textRows } from '../shared/database/bulk-insert.ts';
import type { Transaction } from '../shared/database/database.ts';
import { normaliseImageUrl } from '../shared/images/image-url.ts';
import type { File } from './file.ts';
import type { WrittenProduct } from './upsert-products.ts';

/** Makes the products' images those of the file, in its order; a URL never seen before is owed from now on. */
export async function upsertImages(
  transaction: Transaction,
  file: File,
  written: readonly WrittenProduct[],
): Promise<void> {
  const ids = await findOrCreateImages(transaction, file, written);
  const links = written.map(({ id, created, product }) => ({
    productId: id,
    created,
    images: distinctImages(product.images).map(({ urlHash, alt }) => {
      const imageId = ids.get(urlHash);
      if (imageId === undefined) throw new Error(`Image ${urlHash} was neither found nor inserted`);
      return { imageId, altText: alt };
    }),
  }));
  await writeImageLinks(transaction, links);
  await removeOtherImageLinks(
    transaction,
    links.filter(({ created }) => !created),
  );
}

/** A product shows each of its images once, where the file names it first. */
function distinctImages(listed: readonly CompleteImage[]): CompleteImage[] {
  return listed.filter((image, index) => listed.findIndex(({ urlHash }) => urlHash === image.urlHash) === index);
}

async function findOrCreateImages(
  transaction: Transaction,
  file: File,
  written: readonly WrittenProduct[],
): Promise<Map<string, number>> {
  const urls = new Map(written.flatMap(({ product }) => product.images.map(({ urlHash, url }) => [urlHash, url])));
  const ids = await findImages(transaction, [...urls.keys()]);
  // In the order of hashes: suppliers share URLs, and two imports that insert the same ones must not deadlock.
  const missing = [...urls].filter(([hash]) => !ids.has(hash)).sort(([a], [b]) => (a < b ? -1 : 1));
  if (missing.length === 0) return ids;
  const rows = missing.map(([sourceUrlHash, sourceUrl]) => ({
    sourceUrlHash,
    sourceUrl,
    supplierId: file.supplierId,
    host: normaliseImageUrl(sourceUrl)?.host ?? '',
    importId: file.importId,
    // The import's own until it releases its images: nothing for a sweep to look at.
    nextAttemptAt: null,
  }));
  await transaction.execute(sql`
    ${insertRows(images, rows)} on conflict (${sql.identifier(images.sourceUrlHash.name)}) do nothing`);
  const inserted = await findImages(
    transaction,
    missing.map(([hash]) => hash),
  );
  return new Map([...ids, ...inserted]);
}

async function findImages(transaction: Transaction, hashes: readonly string[]): Promise<Map<string, number>> {
  if (hashes.length === 0) return new Map();
  const rows = await transaction
    .select({ id: images.id, hash: images.sourceUrlHash })
    .from(images)
    .where(sql`${images.sourceUrlHash} in (select hash::uuid from (${textRows(hashes)}) as hashes(hash))`);
  return new Map(rows.map(({ id, hash }) => [hash, id]));
}
