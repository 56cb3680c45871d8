import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CompleteProduct } from '../../../../workflows/payloads/product.ts';
import { sayable, writers } from '../convention-writers/index.ts';
import { products } from '../convention-writers/products.ts';
import { only, parseBytes, parseTable } from '../spreadsheets.ts';
import { tricky } from './tricky-headers.ts';

/** What a decoy could be taken for. */
const offer = ({ code, title, price, cost, msrp, currency, variants }: CompleteProduct) => ({
  ...{ code, title, price, cost, msrp, currency },
  variants: variants.map(({ key, sku, barcode, quantity, ...own }) => [
    key,
    sku,
    barcode,
    quantity,
    own.price,
    own.cost,
    own.msrp,
  ]),
});

describe('wrong guesses', () => {
  it.each(tricky)('takes %j for nothing', async (header) => {
    const parsed = await parseTable([
      ['SKU', 'Title', header],
      ['A', 'Vase', '12'],
    ]);
    const product = only(parsed);
    const variants = [['A', 'A', null, null, null, null, null]];
    expect(offer(product)).toEqual({
      code: 'A',
      title: 'Vase',
      price: null,
      cost: null,
      msrp: null,
      currency: 'USD',
      variants,
    });
    expect({ ...product.attributes, ...product.variants[0]?.attributes }).toEqual({ [header]: '12' });
  });

  it('takes a cost for no price, whether or not there is one', async () => {
    const costs = [
      'Unit cost',
      'Cost',
      'Wholesale Price',
      'EK netto',
      'Prix d’achat',
      'Costo',
      'Закупочная цена',
      '进价',
    ];
    for (const header of costs) {
      const { products: read } = await parseTable([
        ['SKU', 'Title', header],
        ['A', 'Vase', '12'],
      ]);
      expect(read[0], header).toMatchObject({ price: null, cost: '12' });
    }
  });

  it.each(Object.entries(writers))('reads %s the same with tricky columns beside its own', async (format, write) => {
    await fc.assert(
      fc.asyncProperty(products, async (any) => {
        const table = write(sayable(format, any));
        const header = format === 'amazon' ? 2 : 0;
        // OpenCart has a column for the Japanese article number.
        const beside = tricky.filter((one) => format !== 'opencart' || one !== 'Jan');
        const width = Math.max(...table.map((row) => row.length));
        const decoys = table.map((row, index) => {
          const cells = [...row, ...Array.from({ length: width - row.length }, () => null)];
          if (index < header) return cells;
          return index === header ? [...cells, ...beside] : [...cells, ...beside.map(() => '4006381333931')];
        });
        const plain = await parseBytes(stringify(table));
        const read = await parseBytes(stringify(decoys));
        expect(read.products.map(offer)).toEqual(plain.products.map(offer));
      }),
      { numRuns: 3 },
    );
  });
});
