import { describe, expect, it } from 'vitest';
import { parseBytes } from '../../spreadsheets.ts';

const cdn = 'https://cdn.example.com';

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

  it('reads variant and image rows of the new format, zeros being no prices', async () => {
    const { result, products, problems } = await parseBytes(
      [
        'Item,ID,Name,Type,SKU,Options,Current Stock,Price,Cost Price,Retail Price,Sale Price,Brand ID,Description,UPC/EAN,Weight,Is Visible,Variant Image URL,Internal Image URL (Export),Image URL (Import),Image Description,Image is Thumbnail,Image Sort Order',
        'Product,112,Tee,physical,TEE,,0,20,8,25,0,36,<p>Soft</p>,,1 lb,TRUE,,,,,,',
        `Variant,77,,,TEE-S,Type=Rectangle|Name=Size|Value=S,10,,,,,,,012345678912,,,${cdn}/s.jpg,,,,,`,
        'Variant,78,,,TEE-M,Type=Rectangle|Name=Size|Value=M,11,22,,0,,,,,,,,,,,,',
        `Image,381,,,,,,,,,,,,,,,,${cdn}/own/2.jpg,${cdn}/2.jpg,Back,FALSE,1`,
        `Image,382,,,,,,,,,,,,,,,,${cdn}/own/1.jpg,${cdn}/1.jpg,Front,TRUE,0`,
      ].join('\n'),
    );
    expect([result.format, problems]).toEqual(['bigcommerce', []]);
    expect(products).toMatchObject([
      {
        code: 'TEE',
        price: '20',
        cost: '8',
        msrp: '25',
        attributes: { ID: '112', Item: 'Product' },
        variants: [
          { key: 'TEE-S', options: { Size: 'S' }, price: '20', barcode: '012345678912', quantity: 10 },
          { key: 'TEE-M', options: { Size: 'M' }, price: '22', quantity: 11 },
        ],
        images: [
          { url: `${cdn}/1.jpg`, alt: 'Front' },
          { url: `${cdn}/2.jpg`, alt: 'Back' },
          { url: `${cdn}/s.jpg`, alt: null },
        ],
      },
    ]);
  });

  it('takes the URL of an image rather than its file, and leaves rules out', async () => {
    const { products, problems } = await parseBytes(
      [
        'Item Type,Product ID,Product Name,Product Code/SKU,Price,Brand Name,Product Image ID - 1,Product Image File - 1,Product Image URL - 1',
        `Product,1,Mug,MUG,5,Acme,10,m/one.jpg,${cdn}/m/one.jpg`,
        '  Rule,2,,,[ADD]5,,,,',
        `Product,3,Cup,CUP,6,Acme,12,c/one.jpg,${cdn}/c/one.jpg`,
      ].join('\n'),
    );
    expect(problems.map(({ code, row }) => [code, row])).toEqual([['row_ignored', 3]]);
    expect(products.map(({ code, images }) => [code, images.map(({ url }) => url)])).toEqual([
      ['MUG', [`${cdn}/m/one.jpg`]],
      ['CUP', [`${cdn}/c/one.jpg`]],
    ]);
    expect(products[0]?.attributes['Product Image File - 1']).toBe('m/one.jpg');
  });
});
