import { describe, expect, it } from 'vitest';
import { only, parseTable, said } from '../spreadsheets.ts';

const cdn = 'https://cdn.example.com';

describe('columns', () => {
  it.each([
    ['Dealer Price (EUR)', { cost: '2', currency: 'EUR' }, ['other_currency']],
    ['Wholesale Price (€)', { cost: '2', currency: 'EUR' }, ['other_currency']],
    ['Retail Price in GBP', { price: '2', currency: 'GBP' }, ['list_price_taken', 'other_currency']],
    ['List Price, CAD', { price: '2', currency: 'CAD' }, ['list_price_taken', 'other_currency']],
    ['MSRP ($)', { price: '2', currency: 'USD' }, ['list_price_taken']],
    ['Net Weight (kg)', { weightGrams: '2000' }],
    ['Ship Weight in oz.', { weightGrams: '56.699' }],
    ['Poids kg', { weightGrams: '2000' }],
    ['Item Width (")', { widthMm: '50.8' }],
    ['Depth - cm', { lengthMm: '20' }],
  ])('takes what %j says about its values', async (header, expected, codes: string[] = []) => {
    const { products, problems } = await parseTable([
      ['SKU', 'Title', header],
      ['A', 'Vase', '2'],
    ]);
    expect(problems.map(({ code }) => code)).toEqual(codes);
    expect(products[0]).toMatchObject(expected);
  });

  it.each(['Weight class', 'Price group', 'Meta: _price', 'Weight eur', 'Price kg'])(
    'takes %j for no field',
    async (header) => {
      const product = only(
        await parseTable([
          ['SKU', 'Title', header],
          ['A', 'Vase', '2'],
        ]),
      );
      expect(product.attributes).toEqual({ [header]: '2' });
    },
  );

  it('keeps a price in another currency than the first as an attribute', async () => {
    const { products, problems } = await parseTable([
      ['SKU', 'Title', 'MSRP (CAD)', 'Price (USD)', 'Cost (USD)'],
      ['A', 'Vase', '9', '5', '3'],
    ]);
    expect(problems).toEqual([]);
    expect(products[0]).toMatchObject({ price: '5', cost: '3', msrp: null, attributes: { 'MSRP (CAD)': '9' } });
  });

  it('takes a style for no style number, and words of a feed for no feed', async () => {
    const { result, products, problems } = await parseTable([
      ['SKU', 'Title', 'Style', 'Color', 'Material', 'Condition', 'Gender', 'Shipping'],
      ['A', 'Vase', 'Modern', 'Red', 'Clay', 'new', 'any', 'free'],
      ['B', 'Bowl', 'Modern', 'Red', 'Clay', 'new', 'any', 'free'],
    ]);
    expect([result.format, problems]).toEqual(['template', []]);
    expect(products.map(({ code, title, attributes }) => [code, title, attributes.Style])).toEqual([
      ['A', 'Vase', 'Modern'],
      ['B', 'Bowl', 'Modern'],
    ]);
  });

  it('joins rows of one style number', async () => {
    const product = only(
      await parseTable([
        ['Style #', 'SKU', 'Title', 'Size'],
        ['S1', 'S1-S', 'Shirt', 'S'],
        ['S1', 'S1-M', 'Shirt', 'M'],
      ]),
    );
    expect(product.variants.map(({ key }) => key)).toEqual(['S1-S', 'S1-M']);
  });

  it('finds the header below titles and notes', async () => {
    const parsed = await parseTable([
      ['ACME Corp. price list 2026'],
      ['Valid from', '2026-01-01', '', 'Contact', 'sales@example.com'],
      [],
      ['SKU', 'Title', 'Price', 'Image'],
      ['A', 'Vase', '5', `${cdn}/1.jpg`],
    ]);
    expect(only(parsed)).toMatchObject({ code: 'A', price: '5' });
    expect(parsed.result.rows.read).toBe(1);
  });

  it('makes codes of titles where nothing else identifies products, and says so', async () => {
    const { products, problems } = await parseTable([
      ['Title', 'Price'],
      ['Blue Vase, tall', '5'],
      ['Bowl', '6'],
    ]);
    expect(products.map(({ code }) => code)).toEqual(['blue-vase-tall', 'bowl']);
    expect(problems.map(({ code }) => code)).toEqual(['code_from_title']);
  });

  it.each([
    ['de-DE', 'Artikelnr.;Bezeichnung;Beschreibung;Preis (EUR);UVP;EAN;Bestand;Gewicht;Marke;Bild 1;Bild 2'],
    ['fr-FR', 'Référence;Désignation;Description;Prix HT;Prix public;Code-barres;Stock;Poids;Marque;Photo 1;Photo 2'],
    ['es-ES', 'CODIGO;Nombre;Descripción;Precio;PVP;Código de barras;Existencias;Peso;Marca;Imagen 1;Imagen 2'],
  ])('reads a list made by hand in %s', async (locale, header) => {
    const { products, problems } = await parseTable(
      [
        ['Preise / prix / precios 2026'],
        header.split(';'),
        [
          '0012',
          'Vase',
          '<p>x</p>',
          '1.234,56',
          '1.500,00 €',
          '04006381333931',
          '1.200',
          '1,5 kg',
          'Acme',
          `${cdn}/1`,
          `${cdn}/2`,
        ],
      ],
      { locale, currency: 'EUR' },
    );
    expect(problems).toEqual([]);
    expect(products.map(said)).toEqual([
      {
        code: '0012',
        title: 'Vase',
        description: '<p>x</p>',
        brand: 'Acme',
        price: '1234.56',
        msrp: '1500',
        currency: 'EUR',
        weightGrams: '1500',
        active: true,
        variants: [
          {
            key: '0012',
            sku: '0012',
            barcode: '04006381333931',
            price: '1234.56',
            msrp: '1500',
            quantity: 1200,
            weightGrams: '1500',
          },
        ],
        images: [`${cdn}/1`, `${cdn}/2`],
      },
    ]);
  });

  it('takes the description for the title where there is no title', async () => {
    expect(
      only(
        await parseTable([
          ['Item No', 'Item Description', 'Price'],
          ['7', 'Blue vase', '5'],
        ]),
      ),
    ).toMatchObject({ code: '7', title: 'Blue vase', description: null });
  });
});
