import { describe, expect, it } from 'vitest';
import { only, parseBytes, said } from '../../spreadsheets.ts';

const cdn = 'https://cdn.example.com';

describe('Shopify', () => {
  const shirts = [
    'Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Grams,Variant Inventory Qty,Variant Price,Variant Compare At Price,Variant Barcode,Image Src,Image Position,Image Alt Text,SEO Title,Variant Image,Variant Weight Unit',
    `shirt,Blue Shirt,"<p>Soft, ""warm""</p>",Acme,Shirts,"blue, cotton",true,Size,S,Color,Blue,SH-S,200,5,19.99,25,'9009518582030,${cdn}/1.jpg?v=1,1,Front,Buy a shirt,,kg`,
    `shirt,,,,,,,,M,,Blue,SH-M,210,0,21.5,25,0012345678905,//cdn.example.com/2.jpg,2,,,${cdn}/m.jpg,kg`,
    `shirt,,,,,,,,,,,,,,,,,${cdn}/3.jpg,3,Back,,,`,
    `mug,Mug,,Acme,Kitchen,,false,Title,Default Title,,,,350,,7,,,${cdn}/mug.jpg,1,,,,kg`,
  ].join('\n');

  it('joins rows of one handle into a product with variants and images', async () => {
    const { result, products, problems } = await parseBytes(shirts);
    expect(problems).toEqual([]);
    expect(result).toMatchObject({ format: 'shopify', rows: { read: 4, rejected: 0 }, products: 2 });
    expect(products.map(said)).toEqual([
      {
        code: 'shirt',
        title: 'Blue Shirt',
        description: '<p>Soft, "warm"</p>',
        brand: 'Acme',
        categoryPath: 'Shirts',
        tags: ['blue', 'cotton'],
        price: '19.99',
        msrp: '25',
        currency: 'USD',
        weightGrams: '200',
        active: true,
        attributes: { 'SEO Title': 'Buy a shirt' },
        variants: [
          {
            key: 'SH-S',
            sku: 'SH-S',
            barcode: '9009518582030',
            options: { Size: 'S', Color: 'Blue' },
            price: '19.99',
            msrp: '25',
            quantity: 5,
            weightGrams: '200',
            attributes: { 'Variant Weight Unit': 'kg' },
          },
          {
            key: 'SH-M',
            sku: 'SH-M',
            barcode: '0012345678905',
            options: { Size: 'M', Color: 'Blue' },
            price: '21.5',
            msrp: '25',
            quantity: 0,
            weightGrams: '210',
            attributes: { 'Variant Image': `${cdn}/m.jpg`, 'Variant Weight Unit': 'kg' },
          },
        ],
        images: [[`${cdn}/1.jpg?v=1`, 'Front'], `${cdn}/2.jpg`, [`${cdn}/3.jpg`, 'Back'], `${cdn}/m.jpg`],
      },
      {
        code: 'mug',
        title: 'Mug',
        brand: 'Acme',
        categoryPath: 'Kitchen',
        price: '7',
        currency: 'USD',
        weightGrams: '350',
        active: false,
        variants: [{ key: 'default', price: '7', weightGrams: '350', attributes: { 'Variant Weight Unit': 'kg' } }],
        images: [`${cdn}/mug.jpg`],
      },
    ]);
  });

  it('joins continuation rows that stand apart from their product', async () => {
    const [header = '', first = '', second = '', third = '', mug = ''] = shirts.split('\n');
    const apart = await parseBytes([header, first, mug, third, second].join('\n'));
    expect(apart.products.map(({ code, variants, images }) => [code, variants.length, images.length])).toEqual([
      ['shirt', 2, 4],
      ['mug', 1, 1],
    ]);
    const together = await parseBytes(shirts);
    expect(apart.products[0]?.images).toEqual(together.products[0]?.images);
  });

  it('tells variants apart by their options where no variant has a SKU', async () => {
    const product = only(
      await parseBytes(
        'Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant Price\ntop,Top,Size,S,Color,Red,60\ntop,,,M,,Red,61\ntop,,,M,,Blue,62',
      ),
    );
    expect(product.variants.map(({ key, price }) => [key, price])).toEqual([
      ['S / Red', '60'],
      ['M / Red', '61'],
      ['M / Blue', '62'],
    ]);
  });

  it('gives each variant the list price and cost of its own row', async () => {
    const product = only(
      await parseBytes(
        'Handle,Title,Option1 Name,Option1 Value,Variant Price,Variant Compare At Price,Cost per item\ntop,Top,Size,S,60,80,20\ntop,,,M,55,,\ntop,,,L,56,90,0',
      ),
    );
    expect(product.variants.map(({ price, msrp, cost }) => [price, msrp, cost])).toEqual([
      ['60', '80', '20'],
      ['55', null, null],
      ['56', '90', '0'],
    ]);
  });

  it('reads continuation rows without a handle as part of the product above them', async () => {
    const product = only(
      await parseBytes(`Handle,Title,Variant Price,Image Src\ntop,Top,60,${cdn}/1.jpg\n,,,${cdn}/2.jpg`),
    );
    expect(product.images.map(({ url }) => url)).toEqual([`${cdn}/1.jpg`, `${cdn}/2.jpg`]);
  });
});

describe('Matrixify', () => {
  it('reads Shopify’s columns with commands', async () => {
    const { result, products, problems } = await parseBytes(
      [
        'ID,Handle,Command,Title,Status,Top Row,Row #,Option1 Name,Option1 Value,Variant ID,Variant SKU,Variant Price,Variant Cost,Variant Weight,Variant Weight Unit,Image Src,Image Command',
        `1,top,MERGE,Top,Active,TRUE,1,Size,S,11,T-S,10,4,0.5,kg,${cdn}/1.jpg;${cdn}/2.jpg,MERGE`,
        '1,top,MERGE,,,,2,Size,M,12,T-M,11,4,18,oz,,',
        '2,gone,DELETE,Gone,Active,TRUE,1,,,21,G,5,,,,,',
        '3,skip,IGNORE,Skip,Active,TRUE,1,,,31,K,5,,,,,',
      ].join('\n'),
    );
    expect(result.format).toBe('matrixify');
    expect(problems.map(({ code, row }) => [code, row])).toEqual([['row_ignored', 5]]);
    expect(products.map(({ code, active }) => [code, active])).toEqual([
      ['top', true],
      ['gone', false],
    ]);
    expect(products[0]?.variants).toMatchObject([
      { sku: 'T-S', price: '10', cost: '4', weightGrams: '500', attributes: { 'Variant ID': '11' } },
      { sku: 'T-M', price: '11', cost: '4', weightGrams: '510.291', attributes: { 'Variant ID': '12' } },
    ]);
    expect(products[0]?.images.map(({ url }) => url)).toEqual([`${cdn}/1.jpg`, `${cdn}/2.jpg`]);
  });
});
