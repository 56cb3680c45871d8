import { describe, expect, it } from 'vitest';
import { only, parseBytes, said } from './spreadsheets.ts';

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

describe('WooCommerce', () => {
  const header =
    'ID,Type,SKU,Name,Published,Short description,Description,Date sale price starts,Date sale price ends,In stock?,Stock,Weight (lbs),Length (in),Width (in),Height (in),Sale price,Regular price,Categories,Tags,Images,Parent,Position,Attribute 1 name,Attribute 1 value(s),Attribute 1 visible,Attribute 1 global';
  const rows = [
    header,
    `758,variation,hood-red,"Hoodie - Red",1,,,,,1,4,,,,,42,45,,,${cdn}/red.png,hood,1,Color,Red,,1`,
    `742,variable,hood,Hoodie,1,Warm,<p>Long</p>,,,1,,1.5,10,8,2,,,"Clothing > Hoodies, Sale","warm, red","${cdn}/a,b.png, ${cdn}/c.png",,0,Color,"Red, Blue",1,1`,
    `759,variation,,"Hoodie - Blue",1,,,,,1,,,,,,,45,,,,id:742,2,Color,Blue,,1`,
    `746,simple,belt,Belt,0,,,2026-01-01,2026-02-01,1,3,,,,,55,65,Clothing,,${cdn}/belt.png,,0,Material,Leather,1,1`,
  ].join('\n');

  it('joins variations to their parent by SKU or id, before or after it', async () => {
    const { result, products, problems } = await parseBytes(rows);
    expect(problems).toEqual([]);
    expect(result).toMatchObject({ format: 'woocommerce', rows: { read: 4, rejected: 0 } });
    const [hoodie, belt] = products;
    expect(hoodie).toMatchObject({
      code: 'hood',
      title: 'Hoodie',
      description: '<p>Long</p>',
      categoryPath: 'Clothing > Hoodies, Sale',
      tags: ['warm', 'red'],
      weightGrams: '680.389',
      lengthMm: '254',
      widthMm: '203.2',
      heightMm: '50.8',
      price: '42',
      msrp: '45',
      attributes: { 'Short description': 'Warm', Color: 'Red, Blue', Type: 'variable', ID: '742' },
    });
    expect(hoodie?.variants).toMatchObject([
      {
        key: 'hood-red',
        options: { Color: 'Red' },
        price: '42',
        msrp: '45',
        quantity: 4,
        attributes: { Name: 'Hoodie - Red' },
      },
      { key: 'Blue', sku: null, options: { Color: 'Blue' }, price: '45', msrp: null },
    ]);
    expect(hoodie?.images.map(({ url }) => url)).toEqual([`${cdn}/red.png`, `${cdn}/a,b.png`, `${cdn}/c.png`]);
    expect(belt).toMatchObject({ code: 'belt', active: false, attributes: { Material: 'Leather' } });
  });

  it('takes the regular price where a sale has dates, and keeps the sale as attributes', async () => {
    const { products } = await parseBytes(rows);
    expect(products.find(({ code }) => code === 'belt')?.variants).toMatchObject([
      {
        price: '65',
        msrp: null,
        options: {},
        attributes: { 'Sale price': '55', 'Date sale price starts': '2026-01-01' },
      },
    ]);
  });

  it('rejects a variation whose parent is not in the file', async () => {
    const { products, problems, rejected } = await parseBytes(
      rows
        .split('\n')
        .filter((row) => !row.startsWith('742'))
        .join('\n'),
    );
    expect(products.map(({ code }) => code)).toEqual(['belt']);
    expect(problems.map(({ code, row, column }) => [code, row, column])).toEqual([
      ['missing_parent', 2, 'Parent'],
      ['missing_parent', 3, 'Parent'],
    ]);
    expect(rejected.map(({ number }) => number)).toEqual([2, 3]);
  });
});

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
    expect(problems).toEqual([]);
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
    expect(problems).toEqual([]);
    expect(result.format).toBe('template');
    expect(products.map(said)).toEqual([
      {
        code: '100-A',
        title: 'Blue Vase',
        description: 'Tall',
        brand: 'Acme',
        cost: '4.5',
        msrp: '1299',
        currency: 'USD',
        active: true,
        attributes: { Color: 'Blue', 'Lead Time': '2 weeks' },
        variants: [{ key: '100-A', sku: '100-A', barcode: '012345678905', cost: '4.5', msrp: '1299', quantity: 12 }],
        images: [`${cdn}/1.jpg`, `${cdn}/2.jpg`],
      },
    ]);
  });
});
