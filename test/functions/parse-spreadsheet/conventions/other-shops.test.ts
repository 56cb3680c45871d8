import { describe, expect, it } from 'vitest';
import { parseBytes } from '../spreadsheets.ts';

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
    expect(problems).toEqual([]);
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

describe('Magento', () => {
  it('joins simple products to their configurable one and splits additional attributes', async () => {
    const { result, products, problems } = await parseBytes(
      [
        'sku,product_type,categories,name,description,weight,product_online,price,qty,base_image,small_image,thumbnail_image,additional_images,additional_attributes,configurable_variations,url_key',
        `MH-S,simple,,Hoodie-S,,1,1,52,10,${cdn}/s.jpg,${cdn}/s.jpg,${cdn}/s.jpg,,"color=Blue,size=S",,mh-s`,
        `MH-M,simple,,Hoodie-M,,1,1,53,11,${cdn}/s.jpg,,,,"color=Blue,size=M",,mh-m`,
        `MH,configurable,"Default/Men,Default/Tops",Hoodie,<b>Warm</b>,,1,,0,${cdn}/b.jpg,${cdn}/b.jpg,${cdn}/b.jpg,"${cdn}/c.jpg,${cdn}/d.jpg","care=Wash, cold,fit=Loose","sku=MH-S,size=S,color=Blue|sku=MH-M,size=M,color=Blue",mh`,
        `BAG,simple,Default/Gear,Bag,,2 kg,2,30,4,${cdn}/bag.jpg,,,,,,bag`,
      ].join('\n'),
      { locale: 'en-GB' },
    );
    expect(result.format).toBe('magento');
    expect(problems.map(({ code }) => code)).toEqual(['unit_assumed', 'invalid_status']);
    expect(products).toMatchObject([
      {
        code: 'MH',
        title: 'Hoodie',
        price: '52',
        categoryPath: 'Default/Men,Default/Tops',
        attributes: { care: 'Wash, cold', fit: 'Loose' },
        variants: [
          { key: 'MH-S', options: { size: 'S', color: 'Blue' }, price: '52', quantity: 10, weightGrams: '1000' },
          { key: 'MH-M', options: { size: 'M', color: 'Blue' }, price: '53', quantity: 11 },
        ],
        images: [{ url: `${cdn}/b.jpg` }, { url: `${cdn}/c.jpg` }, { url: `${cdn}/d.jpg` }, { url: `${cdn}/s.jpg` }],
      },
      { code: 'BAG', weightGrams: '2000', variants: [{ key: 'BAG', quantity: 4 }] },
    ]);
  });
});

describe('BigCommerce', () => {
  it('gives SKU rows to the product above them', async () => {
    const { result, products, problems } = await parseBytes(
      [
        'Item Type,Product ID,Product Name,Product Code/SKU,Brand Name,Product Description,Price,Cost Price,Retail Price,Sale Price,Product Weight,Current Stock Level,Product UPC/EAN,Category,Product Image File - 1,Product Image Description - 1,Product Image File - 2,Product Image Description - 2',
        `Product,77,Shirt,SH,Acme,<p>Fine</p>,20,8,30,,1 lb,0,,Tops,${cdn}/1.jpg,Front,${cdn}/2.jpg,Back`,
        '  SKU,,"[RB]Color=Red,[S]Size=M",SH-R,,,21,,,,,3,012345678905,,,,,',
        '  SKU,,"[RB]Color=Blue,[S]Size=M",SH-B,,,,,,,,4,,,,,,',
        `Product,78,Mug,MUG,Acme,,5,,,,1 lb,9,,Kitchen,${cdn}/m.jpg,,,`,
      ].join('\n'),
    );
    expect(problems).toEqual([]);
    expect(result.format).toBe('bigcommerce');
    expect(products).toMatchObject([
      {
        code: 'SH',
        brand: 'Acme',
        price: '20',
        cost: '8',
        msrp: '30',
        variants: [
          {
            key: 'SH-R',
            options: { Color: 'Red', Size: 'M' },
            price: '21',
            cost: '8',
            quantity: 3,
            barcode: '012345678905',
          },
          { key: 'SH-B', options: { Color: 'Blue', Size: 'M' }, price: '20', quantity: 4 },
        ],
        images: [
          { url: `${cdn}/1.jpg`, alt: 'Front' },
          { url: `${cdn}/2.jpg`, alt: 'Back' },
        ],
      },
      { code: 'MUG', variants: [{ key: 'MUG', quantity: 9 }] },
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
