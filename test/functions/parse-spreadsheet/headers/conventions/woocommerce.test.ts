import { describe, expect, it } from 'vitest';
import { parseBytes } from '../../spreadsheets.ts';

const cdn = 'https://cdn.example.com';

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
    expect(hoodie?.images.map(({ url }) => url)).toEqual([`${cdn}/a,b.png`, `${cdn}/c.png`, `${cdn}/red.png`]);
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

  it('joins variations of a kind, and gives each its own prices', async () => {
    const { products } = await parseBytes(
      [
        'ID,Type,SKU,Name,Published,Regular price,Sale price,Parent,Attribute 1 name,Attribute 1 value(s)',
        '1,variable,H,Hoodie,1,,,,Size,"S, M"',
        '2,"variation, virtual",H-S,,1,25,20,H,Size,S',
        '3,"variation, downloadable, virtual",H-M,,1,30,0,id:1,Size,M',
      ].join('\n'),
    );
    expect(products.map(({ variants }) => variants.map(({ key, price, msrp }) => [key, price, msrp]))).toEqual([
      [
        ['H-S', '20', '25'],
        ['H-M', '30', null],
      ],
    ]);
  });

  // As exported by shops in these languages.
  it.each([
    [
      'German',
      'ID,Typ,Artikelnummer,Name,Veröffentlicht,Vorrätig?,Lager,Gewicht (kg),Länge (cm),Angebotspreis,Regulärer Preis,Kategorien,Bilder,Übergeordnetes Produkt,Attribut 1 Name,Attribut 1 Wert(e)',
    ],
    [
      'French',
      'ID,Type,UGS,Nom,Publié,En stock ?,Stock,Poids (kg),Longueur (cm),Tarif promo,Tarif régulier,Catégories,Images,Parent,Nom de l’attribut 1,Valeur(s) de l’attribut 1 ',
    ],
    [
      'Spanish',
      'ID,Tipo,SKU,Nombre,Publicado,¿Existencias?,Inventario,Peso (kg),Longitud (cm),Precio rebajado,Precio normal,Categorías,Imágenes,Superior,Nombre del atributo 1,Valor(es) del atributo 1',
    ],
  ])('reads an export in %s', async (_, columns) => {
    const { result, products, problems } = await parseBytes(
      [
        columns,
        `10,variable,HOOD,Hoodie,1,1,,"1,5",10,,,Tops,"${cdn}/a.jpg, ${cdn}/b.jpg",,Color,"Red, Blue"`,
        '11,variation,HOOD-R,,1,1,5,,,"19,99","25,00",,,HOOD,Color,Red',
        '12,variation,,,1,1,6,,,,"25,00",,,id:10,Color,Blue',
      ].join('\n'),
      { locale: 'de-DE' },
    );
    expect([result.format, problems]).toEqual(['woocommerce', []]);
    expect(products).toMatchObject([
      {
        code: 'HOOD',
        title: 'Hoodie',
        categoryPath: 'Tops',
        weightGrams: '1500',
        lengthMm: '100',
        variants: [
          { key: 'HOOD-R', options: { Color: 'Red' }, price: '19.99', msrp: '25', quantity: 5 },
          { key: 'Blue', options: { Color: 'Blue' }, price: '25', msrp: null, quantity: 6 },
        ],
        images: [{ url: `${cdn}/a.jpg` }, { url: `${cdn}/b.jpg` }],
      },
    ]);
  });

  it.each([
    [
      'ID,Тип,Артикул,Имя,Опубликован,Запасы,Базовая цена,Акционная цена,Категории,Изображения,Родительский,Название атрибута 1,Значения атрибутов 1',
      'Размер',
    ],
    [
      'ID,Tipo,COD,Nome,Pubblicato,Magazzino,Prezzo di listino,Prezzo in offerta,Categorie,Immagini,Genitore,Nome dell’attributo 1,Valore dell’attributo 1',
      'Taglia',
    ],
    [
      'ID,Tipo,SKU,Nome,Publicado,Estoque,Preço,Preço promocional,Categorias,Imagens,Ascendente,Nome do atributo 1,Valores do atributo 1',
      'Tamanho',
    ],
  ])('reads an export with %s', async (header, option) => {
    const { result, products, problems } = await parseBytes(
      [
        header,
        `1,variable,TEE,Tee,1,,,,Shirts,${cdn}/1.jpg,,${option},"S, M"`,
        `2,variation,TEE-S,,1,5,12,10,,,TEE,${option},S`,
        `3,variation,TEE-M,,1,6,12,,,,id:1,${option},M`,
      ].join('\n'),
    );
    expect([result.format, problems]).toEqual(['woocommerce', []]);
    expect(products).toMatchObject([
      {
        code: 'TEE',
        images: [{ url: `${cdn}/1.jpg` }],
        variants: [
          { key: 'TEE-S', price: '10', msrp: '12', quantity: 5, options: { [option]: 'S' } },
          { key: 'TEE-M', price: '12', msrp: null, quantity: 6, options: { [option]: 'M' } },
        ],
      },
    ]);
  });
});
