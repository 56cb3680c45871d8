import { describe, expect, it } from 'vitest';
import { splitDimensions } from '../../../../functions/parse-spreadsheet/values/read-dimensions.ts';
import { readMeasure } from '../../../../functions/parse-spreadsheet/values/read-measure.ts';
import { only, parseTable } from '../spreadsheets.ts';

describe('measures', () => {
  it.each([
    ['1.5 kg', 'weight', null, '1500'],
    ['24 oz', 'weight', null, '680.389'],
    ['2 lbs 4 oz', 'weight', null, '1020.583'],
    ['1 lb.', 'weight', null, '453.592'],
    ['500g', 'weight', null, '500'],
    ['1,5', 'weight', 'kg', '1500'],
    [0.25, 'weight', 'lb', '113.398'],
    ['12"', 'dimension', null, '304.8'],
    ['5\' 2"', 'dimension', null, '1574.8'],
    ['30 cm', 'dimension', 'in', '300'],
    ['2,5', 'dimension', 'cm', '25'],
    ['1 m', 'dimension', null, '1000'],
    ['1/2 in', 'dimension', null, '12.7'],
    ['12 1/2"', 'dimension', null, '317.5'],
    ['12-1/2', 'dimension', 'in', '317.5'],
    ['2½ in', 'dimension', null, '63.5'],
    ['½ lb', 'weight', null, '226.796'],
    ['2 lb 3 1/2 oz', 'weight', null, '1006.408'],
  ] as const)('reads %j (%s, unit %j) as %s', (text, dimension, unit, expected) => {
    expect(readMeasure(text, dimension, unit, 'en-US')?.text).toBe(expected);
  });

  it.each(['heavy', '1/0 in', '1/2/3 in', '5 parsec', '', '-1 kg', '10 x 20 cm'])('does not read %j', (text) => {
    expect(readMeasure(text, 'dimension', null, 'en-US')).toBeNull();
    expect(readMeasure(text, 'weight', null, 'en-US')).toBeNull();
  });

  it.each([
    ['en-US', '453.592', '25.4'],
    ['de-DE', '1000', '10'],
  ])(
    'assumes what is usual in %s where no unit is named, and says so once a column',
    async (locale, weight, length) => {
      const { products, problems } = await parseTable(
        [
          ['SKU', 'Title', 'Weight', 'Length'],
          ['A', 'Vase', '1', '1'],
          ['B', 'Bowl', '1', '1'],
        ],
        { locale },
      );
      expect(products).toMatchObject([
        { weightGrams: weight, lengthMm: length },
        { weightGrams: weight, lengthMm: length },
      ]);
      expect(problems.map(({ code, column }) => [code, column])).toEqual([
        ['unit_assumed', 'Weight'],
        ['unit_assumed', 'Length'],
      ]);
    },
  );

  it('takes the unit of a column of its own', async () => {
    const product = only(
      await parseTable([
        ['SKU', 'Title', 'Weight', 'Weight Unit', 'Width', 'Dimension Unit'],
        ['A', 'Vase', '2', 'OZ', '3', 'Inches'],
      ]),
    );
    expect(product).toMatchObject({ weightGrams: '56.699', widthMm: '76.2' });
  });
});

describe('dimensions in one cell', () => {
  it.each([
    ['12 x 8 x 4 in', 'Dimensions', null, ['12 in', '8 in', '4 in']],
    ['12" x 8" x 4 1/2"', 'Dimensions', null, ['12 "', '8 "', '4 1/2 "']],
    ['12"L x 8"W x 4"H', 'Dimensions', null, ['12 "', '8 "', '4 "']],
    ['W 10 x D 20 x H 30', 'Dimensions', 'cm', ['20 cm', '10 cm', '30 cm']],
    ['10x20x30 cm', 'Size (W x D x H)', null, ['20 cm', '10 cm', '30 cm']],
    ['10×20×30', 'Dimensions LxWxD', 'cm', ['10 cm', '20 cm', '30 cm']],
    ['1 m by 2 m by 30 cm', 'Dimensions', null, ['1 m', '2 m', '30 cm']],
  ])('reads %j below %j with unit %j', (text, header, unit, [length, width, height]) => {
    expect(splitDimensions(text, header, unit)).toEqual({ length, width, height });
  });

  it.each([
    '10 x 20 cm',
    '10 x 20 x 30',
    '10 x 20 x 30 lb',
    'W 1 x W 2 x W 3 in',
    'one x two x three',
    'x'.repeat(1e6),
  ])('does not read %.20s', (text) => {
    expect(splitDimensions(text, 'Dimensions', null)).toBeNull();
  });

  it('keeps the cell as it is, and lets columns of their own say otherwise', async () => {
    const { products, problems } = await parseTable([
      ['SKU', 'Title', 'Dimensions (in)', 'Height (cm)'],
      ['A', 'Vase', '12 x 8 x 4', ''],
      ['B', 'Bowl', '12 x 8 x 4', '5'],
      ['C', 'Cup', 'small', ''],
    ]);
    expect(problems).toEqual([]);
    expect(products.map(({ lengthMm, widthMm, heightMm }) => [lengthMm, widthMm, heightMm])).toEqual([
      ['304.8', '203.2', '101.6'],
      ['304.8', '203.2', '50'],
      [null, null, null],
    ]);
    expect(products.map(({ attributes }) => attributes['Dimensions (in)'])).toEqual([
      '12 x 8 x 4',
      '12 x 8 x 4',
      'small',
    ]);
  });
});
