import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { describe, expect, it } from 'vitest';
import { problemKinds } from '../../../../functions/shared/report/problem-kinds.ts';
import { workbookOf } from '../spreadsheets.ts';
import { importBytes, troubled } from './import-bytes.ts';

describe('problems.csv', () => {
  it('lists the first hundred of each kind and counts the rest, so that a person can open it', async () => {
    const rows = Array.from({ length: 5_000 }, (_, index) => `${index},Vase,${index % 10 === 0 ? '-1' : 'x'},maybe`);
    rows.push('last,Vase,1,1,x');
    const { problems, parsed } = await importBytes(`SKU,Title,Price,Status\n${rows.join('\n')}`);
    const listed = Object.groupBy(problems, ({ code = '' }) => code);
    expect(parsed.problems.top.map(({ code, count }) => [code, count])).toEqual([
      ['invalid_price', 4_500],
      ['negative_price', 500],
      ['invalid_status', 5_000],
      ['values_without_header', 1],
    ]);
    expect(Object.entries(listed).map(([code, lines]) => [code, lines?.length])).toEqual([
      ['negative_price', 101],
      ['invalid_status', 101],
      ['invalid_price', 101],
      ['values_without_header', 1],
    ]);
    expect(listed.invalid_price?.[99]).toMatchObject({ row: '113', value: 'x', severity: 'error' });
    expect(problems.slice(-3)).toMatchObject([
      { code: 'negative_price', row: '', message: 'The first 100 of 500 are listed: 400 more are alike.' },
      { code: 'invalid_status', severity: 'warning' },
      { code: 'invalid_price', severity: 'error', message: 'The first 100 of 4500 are listed: 4400 more are alike.' },
    ]);
  });

  it('names every problem with its place, value and severity', async () => {
    const { problems, parsed } = await importBytes(await workbookOf({ List: troubled }));
    const found = problems.map(({ code, row: number, column, severity }) => `${severity} ${code} ${number} ${column}`);
    expect(found.filter((line) => line.startsWith('error'))).toEqual([
      'error invalid_price 3 Variant Price',
      'error negative_price 4 Variant Price',
      'error price_too_large 5 Variant Price',
      'error formula_error 6 Cost per item',
      'error invalid_currency 7 Currency',
      'error mixed_currencies 8 Variant Price',
      'error missing_title 9 Title',
      'error missing_code 10 Handle',
      'error invalid_price 12 Variant Price',
    ]);
    expect(found.filter((line) => line.startsWith('warning')).sort()).toEqual([
      'warning damaged_identifier 14 Variant Barcode',
      'warning duplicate_row 16 ',
      'warning duplicate_variant 17 Variant Price',
      'warning fractional_quantity 15 Variant Inventory Qty',
      'warning invalid_image_url 14 Image Src',
      'warning invalid_measure 14 Weight',
      'warning invalid_quantity 14 Variant Inventory Qty',
      'warning invalid_status 14 Status',
      'warning lost_leading_zeros 15 Variant Barcode',
      'warning other_currency 8 ',
      'warning unit_assumed 15 Weight',
    ]);
    expect(parsed.problems).toMatchObject({ errors: 9, warnings: 11 });
    expect(parsed.problems.top).toHaveLength(10);
    expect(parsed.problems.top[0]).toEqual({
      code: 'invalid_price',
      severity: 'error',
      count: 2,
      example:
        'Sheet “List”, row 3, column “Variant Price”: “12..50” is no price; expected an amount such as 12.99 or $1,299.00.',
    });
    expect(
      problems.every(
        ({ code = '', severity }) => code in problemKinds && ['error', 'warning'].includes(severity ?? ''),
      ),
    ).toBe(true);
    expect(problems[0]).toMatchObject({ sheet: 'List', value: '12..50' });
  });

  it.each([['=1+1'], ['+1'], ['-1 x'], ['@SUM(A1)'], ['\tx']])(
    'neutralises a value that begins like %j',
    async (value) => {
      const { csv } = await importBytes(
        stringify([
          ['SKU', 'Title', 'Price'],
          ['A', 'Vase', value],
        ]),
      );
      const [, line = ''] = csv.split('\n');
      const [cells = []] = parse(line) as string[][];
      expect(cells.every((cell) => !/^[=+\-@\t\r]/.test(cell))).toBe(true);
      expect(cells[3]?.startsWith("'")).toBe(true);
    },
  );

  it('is written without problems too, with its header alone', async () => {
    const { csv, rejectedPath } = await importBytes('SKU,Title\nA,Vase\n');
    expect(csv).toBe('\uFEFFsheet,row,column,value,code,message,severity\n');
    expect(rejectedPath).toBeUndefined();
  });
});
