/** Products as the parser hands them to "Write products", without a spreadsheet. */
import { ChunkWriter } from '../../functions/parse-spreadsheet/storage/chunk-writer.ts';
import { registerImport } from '../../functions/register-import/register-import.ts';
import type { Database } from '../../functions/shared/database/database.ts';
import { hashToUuid } from '../../functions/shared/hash.ts';
import { writeProducts } from '../../functions/write-products/write-products.ts';
import { defaultSettings } from '../../infrastructure/settings/settings.ts';
import { seededRandom } from '../../local/demo/sample/random.ts';
import { imports } from '../../schema/index.ts';
import type { WrittenProducts } from '../../workflows/payloads/import-states.ts';
import type { ImportedProduct, ProductChunk } from '../../workflows/payloads/product.ts';
import type { RegisteredImport } from '../../workflows/payloads/upload.ts';

export const imagesPerProduct = 10;

/** Products of one variant and ten images each, no image twice; the same ones every time. */
export function generateProducts(count: number, urlOf = plainUrl): ImportedProduct[] {
  const random = seededRandom(1, 'bench products');
  return Array.from({ length: count }, (_, index) => {
    const code = `BENCH-${String(index).padStart(6, '0')}`;
    const price = random.integer(900, 90_000) / 100;
    const prices = { price: price.toFixed(2), cost: (price * 0.55).toFixed(2), msrp: (price * 1.4).toFixed(2) };
    return withHash({
      code,
      title: `Bench product number ${index}, ${random.pick(['oak', 'walnut', 'steel', 'linen'])}`,
      description: `<p>${'Made to last, in a description of a usual length. '.repeat(random.integer(3, 9))}</p>`,
      brand: random.pick(['Northwind', 'Fabrikam', 'Contoso', 'Tailspin']),
      categoryPath: `Home > ${random.pick(['Chairs', 'Tables', 'Lamps'])}`,
      tags: ['home', random.pick(['oak', 'steel'])],
      ...prices,
      currency: 'USD',
      weightGrams: String(random.integer(100, 40_000)),
      lengthMm: null,
      widthMm: null,
      heightMm: null,
      sheets: [0],
      attributes: { Warranty: '2 years', 'Country of Origin': random.pick(['US', 'VN', 'PT']) },
      active: true,
      variants: [
        {
          key: `${code}-S`,
          sku: `${code}-S`,
          barcode: `0${random.integer(10_000_000, 99_999_999)}${random.integer(100, 999)}`,
          options: {},
          ...prices,
          quantity: random.integer(0, 500),
          weightGrams: null,
          attributes: {},
        },
      ],
      images: Array.from({ length: imagesPerProduct }, (_, position) => {
        const url = urlOf(index, position);
        return { url, urlHash: hashToUuid(url), alt: null };
      }),
    });
  });
}

const plainUrl = (index: number, position: number) => `https://cdn.bench.example/products/${index}/${position}.jpg`;

/** As a supplier's next file has them: every hundredth product, from the `from`-th on, with another price and stock. */
export function changeOnePercent(products: readonly ImportedProduct[], from: number): ImportedProduct[] {
  return products.map((product, index) => {
    if (index % 100 !== from) return product;
    const price = (Number(product.price) + 1).toFixed(2);
    const variants = product.variants.map((variant) => ({ ...variant, price, quantity: (variant.quantity ?? 0) + 1 }));
    return withHash({ ...product, price, variants });
  });
}

function withHash(product: Omit<ImportedProduct, 'contentHash'>): ImportedProduct {
  const { contentHash: _, ...content }: Partial<ImportedProduct> = product;
  return { ...product, contentHash: hashToUuid(JSON.stringify(content)) };
}

/** Products in the chunks that the parser would make of them. */
export type Chunks = { chunks: ProductChunk[]; products: Map<string, ImportedProduct[]> };

export async function chunksOf(products: readonly ImportedProduct[]): Promise<Chunks> {
  const files = new Map<string, ImportedProduct[]>();
  const writer = new ChunkWriter(
    (chunk) => `rows/${chunk}.jsonl`,
    async (key, lines) => {
      const parsed: ImportedProduct[] = lines
        .toString()
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      files.set(key, parsed);
    },
  );
  for (const product of products) await writer.add(JSON.stringify(product));
  await writer.end();
  return { chunks: writer.chunks, products: files };
}

/**
 * Registers the `drop`-th file of the supplier `bench`, each newer than the one before, which is completed: chunks of
 * two imports that run at once would take turns.
 */
export async function registerDrop(database: Database, drop: number): Promise<Drop> {
  await completeDrops(database);
  const upload = {
    bucket: 'uploads',
    key: 'bench/catalog.xlsx',
    versionId: String(drop),
    objectVersionId: null,
    etag: '',
    size: 1,
    uploadedAt: new Date(Date.UTC(2026, 0, 1 + drop)).toISOString(),
    sequencer: drop.toString(16),
  };
  const execution = { arn: `arn:bench:${drop}`, name: `bench-${drop}` };
  return { upload, import: await registerImport({ database }, { upload, execution }) };
}

/** Marks every import as one that ran to its end. */
export async function completeDrops(database: Database): Promise<void> {
  await database.update(imports).set({ status: 'completed' });
}
export type Drop = { upload: Parameters<typeof writeProducts>[1]['upload']; import: RegisteredImport };

/** Chunks that the state machine writes at once, each over a connection of its own. */
export const writers = defaultSettings.database.writersPerImport;

/** Writes all chunks as "Write products" does: so many at once, in their order. */
export async function writeChunks(database: Database, drop: Drop, { chunks, products }: Chunks) {
  const total: WrittenProducts = { created: 0, updated: 0, unchanged: 0 };
  const waiting = chunks.values();
  const readChunk = async function* (key: string) {
    yield* products.get(key) ?? [];
  };
  const readSheets = async () => [];
  // As JSON, which is what it costs the function; S3 is not measured here.
  const writeChanges = async (_key: string, changes: readonly unknown[]) => void JSON.stringify(changes);
  const writer = async () => {
    for (const chunk of waiting) {
      const written = await writeProducts({ database, readChunk, readSheets, writeChanges }, { ...drop, chunk });
      total.created += written.created;
      total.updated += written.updated;
      total.unchanged += written.unchanged;
    }
  };
  await Promise.all(Array.from({ length: writers }, writer));
  return total;
}
