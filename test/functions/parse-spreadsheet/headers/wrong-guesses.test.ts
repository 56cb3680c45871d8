import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CompleteProduct } from '../../../../workflows/payloads/product.ts';
import { sayable, writers } from '../convention-writers/index.ts';
import { products } from '../convention-writers/products.ts';
import { only, parseBytes, parseTable } from '../spreadsheets.ts';

/** Headers that sound like a price, a code, a stock or a barcode of the product and are none. */
const tricky = [
  'Price per kg',
  'Price per 100 g',
  'Price list name',
  'Price list',
  'Price group',
  'Price type',
  'Price date',
  'Price break 1',
  'Price level 2',
  'Tier price',
  'Bulk price',
  'Shipping price',
  'Reference price',
  'Points price',
  'Competitor price',
  'Discount',
  'Discount %',
  'Discount code',
  'Tax',
  'Tax rate',
  'Tax code',
  'VAT',
  'VAT number',
  'Margin',
  'Deposit',
  'Shipping cost',
  'Order quantity',
  'Minimum quantity',
  'Minimum order quantity',
  'Case quantity',
  'Carton quantity',
  'Quantity sold',
  'Quantity on order',
  'Backorder quantity',
  'Low stock level',
  'Reorder level',
  'Stock status',
  'Stock location',
  'In stock',
  'Pack size',
  'Units per case',
  'MOQ',
  'Year',
  'Jan',
  'Phone',
  'Zip code',
  'Country code',
  'Color code',
  'Category code',
  'Commodity code',
  'Tariff number',
  'Order number',
  'Invoice number',
  'Customer number',
  'Serial number',
  'Batch number',
  'Line number',
  'Barcode type',
  'Barcode (image)',
  'EAN type',
  'Case UPC',
  'Carton barcode',
  'Case GTIN',
  'Grundpreis',
  'Preis pro kg',
  'Preisliste',
  'Versandkosten',
  'Mindestbestellmenge',
  'Mindestbestand',
  'Bestellmenge',
  'MwSt',
  'Rabatt',
  'Farbcode',
  'Zolltarifnummer',
  'Prix au kilo',
  'Frais de port',
  'Quantité minimum',
  'Code postal',
  'TVA',
  'Precio por kg',
  'Gastos de envío',
  'Cantidad mínima',
  'Código postal',
  'IVA',
  'Prezzo al kg',
  'Spese di spedizione',
  'Quantità minima',
  'Partita IVA',
  'Preço por kg',
  'Frete',
  'Quantidade mínima',
  'Prijs per kilo',
  'Verzendkosten',
  'Minimale afname',
  'Cena za kg',
  'Koszt wysyłki',
  'Minimalna ilość',
  'Kod pocztowy',
  'Цена за кг',
  'Стоимость доставки',
  'Минимальное количество',
  'НДС',
  'Ціна за кг',
  'Вартість доставки',
  '运费',
  '税率',
  '最小起订量',
  '送料',
  '消費税',
  '最低注文数',
  'Kargo Ücreti',
  'KDV',
  'Minimum Sipariş Adedi',
];

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
