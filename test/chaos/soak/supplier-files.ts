import type { Random } from '../../../local/demo/sample/random.ts';

export const fileKinds = ['new', 'changed', 'same', 'wrong'] as const;
export type SupplierFile = { name: string; kind: (typeof fileKinds)[number]; content: string | Buffer };

export type SoakedSupplier = {
  code: string;
  /** Price by product code, as the last file that was no wrong one has it. */
  prices: Map<string, string>;
  /** The next file: a kind in turn, its values by chance. */
  nextFile(): SupplierFile;
};

const productsPerFile = 10;
const imagesPerProduct = 2;

/** A supplier whose files have new products, changed prices, nothing new, or are none. Its products share `imageUrls`. */
export function createSupplier(code: string, imageUrls: readonly string[], random: Random): SoakedSupplier {
  const prices = new Map<string, string>();
  let files = 0;
  const price = () => `${random.integer(1, 999)}.${String(random.integer(0, 99)).padStart(2, '0')}`;
  const row = ([sku, value]: readonly [string, string], index: number) => {
    const shown = Array.from({ length: imagesPerProduct }, (_, nth) => {
      return imageUrls[(index * imagesPerProduct + nth) % imageUrls.length] ?? '';
    });
    return `${sku},Product ${sku},${value},${shown.join('|')}`;
  };
  return {
    code,
    prices,
    nextFile: () => {
      const kind = fileKinds[files % fileKinds.length] ?? 'new';
      const name = `${kind}-${files}.${kind === 'wrong' ? 'xlsx' : 'csv'}`;
      files += 1;
      if (kind === 'wrong') {
        const bytes = Array.from({ length: 2000 }, () => random.integer(0, 255));
        return { name, kind, content: Buffer.from(bytes) };
      }
      if (kind === 'new') {
        for (let nth = 0; nth < productsPerFile; nth += 1) prices.set(`${code}-${prices.size}`, price());
      }
      if (kind === 'changed') {
        for (const sku of prices.keys()) if (random.integer(1, 3) === 1) prices.set(sku, price());
      }
      // The last row lacks its title: it is rejected, which is no reason to lose the others.
      const rows = [...[...prices].map(row), `${code}-nameless,,1.00,`];
      return { name, kind, content: ['SKU,Title,Price,Images', ...rows, ''].join('\n') };
    },
  };
}
