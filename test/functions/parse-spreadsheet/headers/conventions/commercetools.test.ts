import { describe, expect, it } from 'vitest';
import { only, parseTable } from '../../spreadsheets.ts';

const cdn = 'https://cdn.example.com';

describe('commercetools', () => {
  const header = ['productType', 'variantId', 'sku', 'prices', 'name.en', 'slug.en', 'metaTitle.en', 'creationDate'];
  const priced = async (prices: string, currency = 'USD') =>
    parseTable([header, ['main', '1', 'S1', prices, 'Shoe', 'shoe', '', '']], { currency });

  it.each([
    ['USD 1299', '12.99', null, 'USD'],
    ['EUR 34375;US-USD 34375;DE-EUR 27500', '343.75', null, 'USD'],
    ['DE-USD 1;USD 3000;USD 1967 b2b;USD 5#berlin;USD 6$2001-09-11T14:00:00.000Z~', '30', null, 'USD'],
    ['USD 899|745', '7.45', '8.99', 'USD'],
    ['JPY 1299', '1299', null, 'JPY'],
    ['DE-EUR 1200;EUR 1299', '12.99', null, 'EUR'],
    ['USD 0', '0', null, 'USD'],
  ])('reads prices in the smallest unit: %s', async (prices, price, msrp, currency) => {
    expect(only(await priced(prices))).toMatchObject({
      currency,
      variants: [{ key: 'S1', price, msrp, attributes: { prices } }],
    });
  });

  it('says that a product has no price where customers, shops and days have their own', async () => {
    const { products, problems } = await priced('USD 1967 b2b;USD 5#berlin;DE-USD 9$2001-09-11~2001-09-12');
    expect(products).toMatchObject([{ price: null, variants: [{ price: null }] }]);
    expect(problems).toMatchObject([{ code: 'no_price', column: 'prices' }]);
  });

  it.each(['12.99', 'USD 12.99', 'USD -5', 'XQZ 5', 'USD 5;free', `USD ${'9'.repeat(13)}`, 'USD 5|x'])(
    'rejects what is no such price: %s',
    async (prices) => {
      const { products, problems } = await priced(prices);
      expect(products).toEqual([]);
      expect(problems).toMatchObject([{ code: 'invalid_price', column: 'prices', value: prices }]);
    },
  );

  it('reads the columns of the Merchant Center, of which further rows have further prices', async () => {
    const price = ['variants.prices.value.centAmount', 'variants.prices.value.currencyCode'];
    const { products } = await parseTable([
      ['key', 'productType.key', 'name.en', 'variants.sku', ...price, 'variants.images.url'],
      ['shoe', 'main', 'Shoe', 'S1', '1299', 'USD', `${cdn}/1.jpg`],
      ['', '', '', '', '1199', 'EUR', `${cdn}/2.jpg`],
      ['hat', 'main', 'Hat', 'H1', '500', 'USD', ''],
    ]);
    expect(products).toMatchObject([
      {
        code: 'shoe',
        currency: 'USD',
        variants: [{ key: 'S1', price: '12.99' }],
        images: [{ url: `${cdn}/1.jpg` }, { url: `${cdn}/2.jpg` }],
      },
      { code: 'hat', variants: [{ key: 'H1', price: '5' }] },
    ]);
    const unknown = await parseTable([
      ['key', 'productType.key', 'name.en', 'variants.sku', ...price, 'variants.images.url'],
      ['shoe', 'main', 'Shoe', 'S1', '1299', 'Taler', ''],
    ]);
    expect(unknown.problems).toMatchObject([{ code: 'invalid_price', value: '1299' }]);
  });
});
