import { describe, expect, it } from 'vitest';
import { images, imports, products, productVariants, suppliers } from '../../schema/index.ts';
import { createTestDatabase } from '../support/database.ts';

const hash = '00000000-0000-0000-0000-000000000001';

async function seeded() {
  const { database } = await createTestDatabase();
  const [supplier] = await database.insert(suppliers).values({ code: 'acme', name: 'acme' }).returning();
  const supplierId = supplier?.id ?? 0;
  const upload = { bucket: 'uploads', objectKey: 'acme/a.csv', versionId: 'v1', uploadedAt: new Date() };
  const [row] = await database
    .insert(imports)
    .values({ ...upload, supplierId, executionArn: 'arn:1' })
    .returning();
  return { database, supplierId, importId: row?.id ?? 0, upload };
}

/** Name of the constraint that PostgreSQL says was violated. */
async function violation(work: PromiseLike<unknown>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    return cause instanceof Error && 'constraint_name' in cause ? String(cause.constraint_name) : String(error);
  }
}

describe('the schema', () => {
  it('has one import per object version', async () => {
    const { database, upload } = await seeded();
    expect(await violation(database.insert(imports).values({ ...upload, executionArn: 'arn:2' }))).toBe(
      'imports_object_version_key',
    );
  });

  it('has one product per supplier and code, one variant per product and key, one image per URL', async () => {
    const { database, supplierId, importId } = await seeded();
    const product = {
      supplierId,
      code: 'A',
      title: 'A',
      currency: 'USD',
      contentHash: hash,
      sourceUploadedAt: new Date(),
      firstImportId: importId,
      lastImportId: importId,
    };
    const [inserted] = await database.insert(products).values(product).returning();
    const variant = { productId: inserted?.id ?? 0, variantKey: 'sku:1', position: 0 };
    await database.insert(productVariants).values(variant);
    const image = { sourceUrlHash: hash, sourceUrl: 'https://cdn.example/a.jpg', host: 'cdn.example', supplierId };
    await database.insert(images).values(image);
    expect(await violation(database.insert(products).values(product))).toBe('products_supplier_code_key');
    expect(await violation(database.insert(productVariants).values(variant))).toBe('product_variants_product_key');
    expect(await violation(database.insert(images).values(image))).toBe('images_source_url_hash_key');
  });

  it.each([
    { status: 'converted' as const, constraint: 'images_converted_check' },
    { status: 'failed' as const, constraint: 'images_failed_check' },
    { status: 'queued' as const, constraint: 'images_queued_check' },
    { status: 'pending' as const, constraint: 'images_pending_check' },
  ])('refuses an image that is $status without what that promises', async ({ status, constraint }) => {
    const { database, supplierId } = await seeded();
    const image = { sourceUrlHash: hash, sourceUrl: 'https://cdn.example/a.jpg', host: 'cdn.example', supplierId };
    const insert = database.insert(images).values({ ...image, status, nextAttemptAt: null });
    expect(await violation(insert)).toBe(constraint);
  });
});
