import { describe, expect, it } from 'vitest';
import { parseBytes } from '../../spreadsheets.ts';

const cdn = 'https://cdn.example.com';

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

  it('keeps what a product is called in another store view as attributes', async () => {
    const { products, problems } = await parseBytes(
      [
        'sku,store_view_code,product_type,name,description,price,qty,base_image,additional_images,base_image_label,url_key',
        `BAG,,simple,Bag,Big,30,4,${cdn}/1.jpg,"${cdn}/2.jpg,${cdn}/3.jpg",Front,bag`,
        'BAG,de,,Tasche,Groß,28,,,,,tasche',
        'MUG,,simple,Mug,,5,9,,,,mug',
      ].join('\n'),
    );
    expect(problems).toEqual([]);
    expect(products).toMatchObject([
      {
        code: 'BAG',
        title: 'Bag',
        attributes: { 'name (de)': 'Tasche', 'description (de)': 'Groß', 'price (de)': '28', 'url_key (de)': 'tasche' },
        variants: [{ key: 'BAG', price: '30', quantity: 4, attributes: {} }],
        images: [
          { url: `${cdn}/1.jpg`, alt: 'Front' },
          { url: `${cdn}/2.jpg`, alt: null },
          { url: `${cdn}/3.jpg`, alt: null },
        ],
      },
      { code: 'MUG' },
    ]);
  });
});
