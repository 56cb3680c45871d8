import { describe, expect, it } from 'vitest';
import { parseBytes, said } from '../../spreadsheets.ts';

const cdn = 'https://cdn.example.com';

describe('Vendure', () => {
  it('reads continuation rows, pipe-separated assets and options', async () => {
    const { result, products, problems } = await parseBytes(
      [
        'name,slug,description,assets,facets,optionGroups,optionValues,sku,price,taxCategory,stockOnHand,trackInventory,variantAssets,variantFacets',
        `Laptop,laptop,Fast,${cdn}/a.jpg|${cdn}/b.jpg,category:Electronics,screen|ram,13|8,L-8,1299.00,standard,100,false,,`,
        `,,,,,,15|16,L-16,1399,standard,50,false,${cdn}/v.jpg,`,
      ].join('\n'),
    );
    expect(problems).toEqual([]);
    expect(result.format).toBe('vendure');
    expect(products).toMatchObject([
      {
        code: 'laptop',
        price: '1299',
        attributes: { facets: 'category:Electronics' },
        variants: [
          { key: 'L-8', options: { screen: '13', ram: '8' }, quantity: 100 },
          { key: 'L-16', options: { screen: '15', ram: '16' }, price: '1399' },
        ],
        images: [{ url: `${cdn}/a.jpg` }, { url: `${cdn}/b.jpg` }, { url: `${cdn}/v.jpg` }],
      },
    ]);
  });
});

describe('dropship feeds', () => {
  it('reads Doba’s columns', async () => {
    const { result, products, problems } = await parseBytes(
      [
        'product_id,product_sku,item_id,item_sku,title,item_name,description,qty_avail,price,map,msrp,ship_cost,drop_ship_fee,mpn,upc,manufacturer,brand_name,item_weight_oz,image_file,additional_images',
        `1,P1,11,P1-R,Lamp,Lamp red,Bright,5,10.00,12,20,3,1,M-1,012345678905,Maker,Acme,2,${cdn}/1.jpg,${cdn}/2.jpg|${cdn}/3.jpg`,
        `1,P1,12,P1-B,Lamp,Lamp blue,Bright,6,11.00,12,20,3,1,M-2,012345678912,Maker,Acme,2,${cdn}/1.jpg,${cdn}/4.jpg`,
      ].join('\n'),
    );
    expect(problems.map(({ code }) => code)).toEqual([]);
    expect(result.format).toBe('dropship');
    expect(products).toMatchObject([
      {
        code: 'P1',
        title: 'Lamp',
        brand: 'Acme',
        price: '10',
        msrp: '20',
        weightGrams: '56.699',
        attributes: { manufacturer: 'Maker' },
        variants: [
          {
            key: 'P1-R',
            barcode: '012345678905',
            quantity: 5,
            attributes: { map: '12', mpn: 'M-1', item_name: 'Lamp red' },
          },
          { key: 'P1-B', price: '11' },
        ],
        images: [1, 2, 3, 4].map((number) => ({ url: `${cdn}/${number}.jpg` })),
      },
    ]);
  });
});

describe('the template', () => {
  it('reads all of its columns', async () => {
    const { result, products, problems } = await parseBytes(
      [
        'code,title,description,brand,category,tags,price,cost,msrp,currency,weight,length,width,height,status,sku,barcode,quantity,option 1 name,option 1 value,image 1,image 2,image alt,season',
        `C1,Vase,Tall,Acme,Home > Deco,"a;b",10,4,20,EUR,1.5 kg,10 cm,2 in,0.5 m,active,V-1,0001,3,Color,Red,${cdn}/1.jpg,${cdn}/2.jpg,A vase,summer`,
        `C1,,,,,,11,,,,,,,,,V-2,0002,4,Color,Blue,,,,`,
        `C2,Bowl,,,,,,,,,,,,,inactive,B-1,,,,,,,,`,
      ].join('\n'),
    );
    expect(problems.map(({ code, value }) => [code, value])).toEqual([['other_currency', 'EUR']]);
    expect(result.format).toBe('template');
    expect(products.map(said)).toEqual([
      {
        code: 'C1',
        title: 'Vase',
        description: 'Tall',
        brand: 'Acme',
        categoryPath: 'Home > Deco',
        tags: ['a', 'b'],
        price: '10',
        cost: '4',
        msrp: '20',
        currency: 'EUR',
        weightGrams: '1500',
        lengthMm: '100',
        widthMm: '50.8',
        heightMm: '500',
        active: true,
        attributes: { season: 'summer' },
        variants: [
          {
            key: 'V-1',
            sku: 'V-1',
            barcode: '0001',
            options: { Color: 'Red' },
            price: '10',
            cost: '4',
            msrp: '20',
            quantity: 3,
            weightGrams: '1500',
          },
          {
            key: 'V-2',
            sku: 'V-2',
            barcode: '0002',
            options: { Color: 'Blue' },
            price: '11',
            cost: '4',
            msrp: '20',
            quantity: 4,
            weightGrams: '1500',
          },
        ],
        images: [[`${cdn}/1.jpg`, 'A vase'], `${cdn}/2.jpg`],
      },
      { code: 'C2', title: 'Bowl', currency: 'USD', active: false, variants: [{ key: 'B-1', sku: 'B-1' }], images: [] },
    ]);
  });

  it('reads a price list made by hand, one product a row', async () => {
    const { result, products, problems } = await parseBytes(
      [
        'Item #,Product Name,Long Description,Manufacturer,Wholesale Price,Suggested Retail,UPC Code,Qty Available,Color,Photo1,Photo2,Lead Time',
        `100-A,Blue Vase,Tall,Acme,$4.50,"$1,299.00",012345678905,12,Blue,${cdn}/1.jpg,${cdn}/2.jpg,2 weeks`,
      ].join('\n'),
    );
    expect(problems.map(({ code, column }) => [code, column])).toEqual([['list_price_taken', 'Suggested Retail']]);
    expect(result.format).toBe('template');
    expect(products.map(said)).toEqual([
      {
        code: '100-A',
        title: 'Blue Vase',
        description: 'Tall',
        brand: 'Acme',
        cost: '4.5',
        price: '1299',
        currency: 'USD',
        active: true,
        attributes: { Color: 'Blue', 'Lead Time': '2 weeks' },
        variants: [{ key: '100-A', sku: '100-A', barcode: '012345678905', cost: '4.5', price: '1299', quantity: 12 }],
        images: [`${cdn}/1.jpg`, `${cdn}/2.jpg`],
      },
    ]);
  });

  it('takes the row whose SKU the others name as their parent for the product, not for a variant', async () => {
    const { products, problems } = await parseBytes(
      [
        'SKU,Parent SKU,Title,Color,Price,Image',
        'TEE-R,TEE,Tee red,Red,10,',
        `TEE,,Tee,,,${cdn}/t.jpg`,
        'TEE-B,TEE,Tee blue,Blue,11,',
        'MUG,,Mug,,5,',
      ].join('\n'),
    );
    expect(problems).toEqual([]);
    expect(products).toMatchObject([
      {
        code: 'TEE',
        title: 'Tee',
        variants: [
          { key: 'TEE-R', options: { Color: 'Red' }, price: '10' },
          { key: 'TEE-B', options: { Color: 'Blue' }, price: '11' },
        ],
        images: [{ url: `${cdn}/t.jpg` }],
      },
      { code: 'MUG', title: 'Mug', variants: [{ key: 'MUG', price: '5' }] },
    ]);
  });

  it('reads a list with a few columns of a shop as what it is', async () => {
    const { result, products, problems } = await parseBytes(
      [
        'Handle,Title,Vendor,Variant Price,Variant SKU,Variant Inventory Qty,Option1 Name,Option1 Value,UPC,MSRP,Wholesale Price,Body (HTML),Weight (kg),Main Photo',
        `tee,Tee,Acme,5,T-S,4,Title,Default Title,012345678905,9,3,<b>x</b>,2,${cdn}/1.jpg`,
      ].join('\n'),
    );
    expect([result.format, problems]).toEqual(['template', []]);
    expect(products).toMatchObject([
      {
        code: 'tee',
        description: '<b>x</b>',
        attributes: {},
        variants: [
          {
            key: 'T-S',
            barcode: '012345678905',
            options: {},
            price: '5',
            cost: '3',
            msrp: '9',
            quantity: 4,
            weightGrams: '2000',
          },
        ],
      },
    ]);
  });
});
