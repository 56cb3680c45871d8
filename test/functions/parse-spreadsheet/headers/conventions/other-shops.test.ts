import { describe, expect, it } from 'vitest';
import { only, parseBytes, parseTable } from '../../spreadsheets.ts';

const cdn = 'https://cdn.example.com';

describe('Google Merchant', () => {
  it('groups items by item_group_id and reads quoted and encoded commas in image lists', async () => {
    const { result, products, problems } = await parseBytes(
      [
        'id\ttitle\tdescription\tlink\timage_link\tadditional_image_link\tprice\tsale_price\tavailability\tbrand\tgtin\tmpn\titem_group_id\tcolor\tsize\tgoogle_product_category\tshipping_weight',
        `A1\tShirt Red\tSoft\thttps://shop.example.com/a1\t${cdn}/1.jpg\t"${cdn}/x%2Cy.jpg,${cdn}/z.jpg"\t12.99 USD\t9.99 USD\tin_stock\tAcme\t00012345600012\tM1\tSHIRT\tRed\tM\tApparel > Shirts\t3 kg`,
        `A2\tShirt Blue\tSoft\thttps://shop.example.com/a2\t${cdn}/2.jpg\t\t12.99 USD\t\tin_stock\tAcme\t00012345600029\tM2\tSHIRT\tBlue\tM\tApparel > Shirts\t3 kg`,
        `B1\tMug\tBig\thttps://shop.example.com/b\t${cdn}/m.jpg\t\tEUR 5\t\tout_of_stock\tAcme\t\tM3\t\t\t\tKitchen\t`,
      ].join('\n'),
    );
    expect(problems.map(({ code, value }) => [code, value])).toEqual([['other_currency', 'EUR']]);
    expect(result.format).toBe('google-merchant');
    expect(products).toMatchObject([
      {
        code: 'SHIRT',
        title: 'Shirt Red',
        price: '9.99',
        msrp: '12.99',
        currency: 'USD',
        categoryPath: 'Apparel > Shirts',
        weightGrams: '3000',
        variants: [
          {
            key: 'A1',
            barcode: '00012345600012',
            options: { color: 'Red', size: 'M' },
            price: '9.99',
            attributes: { mpn: 'M1', availability: 'in_stock' },
          },
          {
            key: 'A2',
            barcode: '00012345600029',
            options: { color: 'Blue', size: 'M' },
            price: '12.99',
            msrp: null,
            attributes: { title: 'Shirt Blue' },
          },
        ],
        images: [
          { url: `${cdn}/1.jpg` },
          { url: `${cdn}/x%2Cy.jpg` },
          { url: `${cdn}/z.jpg` },
          { url: `${cdn}/2.jpg` },
        ],
      },
      { code: 'B1', currency: 'EUR', price: '5', variants: [{ key: 'B1', options: {} }] },
    ]);
  });
});

describe('Medusa', () => {
  it.each([
    [
      '2',
      'Product Image 1,Product Image 2',
      'Variant Price EUR,Variant Price USD',
      'Variant Option 1 Name,Variant Option 1 Value',
    ],
    ['1', 'Image 1 Url,Image 2 Url', 'Price EUR,Price USD', 'Option 1 Name,Option 1 Value'],
  ])('reads the columns of version %s, prices in the supplier’s currency', async (_, images, prices, options) => {
    const { result, products, problems } = await parseBytes(
      [
        `Product Handle,Product Title,Product Description,Product Status,Product Weight,Product Tags,Variant SKU,Variant Barcode,Variant Inventory Quantity,${prices},${options},${images}`,
        `tee,Tee,Soft,published,400,a,T-S,0123456789012,7,10,11,Size,S,${cdn}/1.jpg,${cdn}/2.jpg`,
        `tee,Tee,Soft,published,400,a,T-M,,8,12,13,Size,M,${cdn}/1.jpg,`,
      ].join('\n'),
    );
    expect(problems).toEqual([]);
    expect(result.format).toBe('medusa');
    expect(products).toMatchObject([
      {
        code: 'tee',
        price: '11',
        currency: 'USD',
        weightGrams: '400',
        variants: [
          { key: 'T-S', barcode: '0123456789012', options: { Size: 'S' }, price: '11', quantity: 7 },
          { key: 'T-M', options: { Size: 'M' }, price: '13' },
        ],
        images: [{ url: `${cdn}/1.jpg` }, { url: `${cdn}/2.jpg` }],
      },
    ]);
  });
});

describe('Lightspeed', () => {
  const header = ['handle', 'sku', 'name', 'supply_price', 'retail_price', 'active', 'track_inventory'];
  const sold = (...outlets: string[]) => ['mug', 'M1', 'Mug', '2', '5', '1', '1', ...outlets];

  it('has in stock what all outlets have, and keeps what each has', async () => {
    const outlets = ['inventory_Main_Outlet', 'inventory_Market_Square', 'inventory_Depot', 'reorder_point_Depot'];
    const product = only(await parseTable([[...header, ...outlets], sold('4', '3', '', '9')]));
    expect(product.variants).toMatchObject([
      { key: 'M1', quantity: 7, attributes: { inventory_Main_Outlet: '4', inventory_Market_Square: '3' } },
    ]);
    expect(product.attributes).toMatchObject({ reorder_point_Depot: '9' });
  });

  it('is not told by columns that begin as those of its outlets', async () => {
    const { result, products } = await parseTable([
      ['id', 'sku', 'name', 'description', 'tags', 'price', 'inventory_qty', 'inventory_min', 'inventory_max'],
      ['1', 'M1', 'Mug', 'Big', 'a', '5', '7', '2', '100'],
    ]);
    expect(result.format).toBe('template');
    expect(products).toMatchObject([{ attributes: { inventory_min: '2' }, variants: [{ quantity: 7 }] }]);
  });

  it.each([
    ['no outlet says how many it has', ['', ''], null],
    ['an outlet owes what another has', ['-2', '2'], 0],
    ['an outlet has no number', ['some', '2'], 2],
  ])('where %s', async (_, outlets, quantity) => {
    const { products } = await parseTable([[...header, 'inventory_A', 'inventory_B'], sold(...outlets)]);
    expect(products).toMatchObject([{ variants: [{ quantity }] }]);
  });
});

describe('Shopware 6', () => {
  const header = [
    'parent_id',
    'product_number',
    'name',
    'price_gross',
    'stock',
    'tax_id',
    'manufacturer_name',
    'active',
  ];
  const shirt = ['u1', '0', 'SW1', 'Shirt', '10', '0', 't', 'Acme', '1'];
  const small = ['u2', 'u1', 'SW1.1', '', '', '3', 't', '', '1'];
  const large = ['u3', 'u1', 'SW1.2', 'Shirt, large', '12', '4', 't', '', '1'];
  const mug = ['u4', 'NULL', 'SW2', 'Mug', '5', '9', 't', 'Acme', '1'];

  it.each([
    ['below it', [shirt, small, large, mug]],
    ['above it', [small, large, mug, shirt]],
  ])('has the variants of a product %s', async (_, rows) => {
    for (const id of ['parent_id', 'parentId']) {
      const { products, problems } = await parseTable([['id', id, ...header.slice(1)], ...rows]);
      expect(problems).toEqual([]);
      expect(products.toSorted((a, b) => a.code.localeCompare(b.code))).toMatchObject([
        {
          code: 'SW1',
          title: 'Shirt',
          price: '10',
          variants: [
            { key: 'SW1.1', price: '10', quantity: 3 },
            { key: 'SW1.2', price: '12', quantity: 4 },
          ],
        },
        { code: 'SW2', variants: [{ key: 'SW2', price: '5', quantity: 9 }] },
      ]);
    }
  });

  it('rejects a variant whose product is not in the file', async () => {
    const { products, problems } = await parseTable([['id', ...header], small, mug]);
    expect(products).toMatchObject([{ code: 'SW2' }]);
    expect(problems).toMatchObject([{ code: 'missing_parent' }]);
  });
});

it('the rows of Shopware 5 name their main article', async () => {
  const product = only(
    await parseTable([
      [
        'ordernumber',
        'mainnumber',
        'name',
        'supplier',
        'tax',
        'price_EK',
        'instock',
        'Option 1 Name',
        'Option 1 Value',
      ],
      ['SW1.1', 'SW1', 'Shirt', 'Acme', '19', '10', '3', 'Size', 'S'],
      ['SW1.2', 'SW1', 'Shirt', 'Acme', '19', '12', '4', 'Size', 'L'],
    ]),
  );
  expect(product).toMatchObject({
    code: 'SW1',
    brand: 'Acme',
    variants: [
      { key: 'SW1.1', price: '10', quantity: 3, options: { Size: 'S' } },
      { key: 'SW1.2', price: '12', quantity: 4, options: { Size: 'L' } },
    ],
  });
});
