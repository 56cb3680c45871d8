import { expect, it } from 'vitest';
import { limits } from '../../../../functions/parse-spreadsheet/limits.ts';
import { type ProblemCode, problemKinds } from '../../../../functions/shared/report/problem-kinds.ts';
import { type Parsed, parseBytes, parseTable, parseWorkbook, type Table } from '../spreadsheets.ts';

const url = (number: number) => `https://e.com/${number}.jpg`;
/** One product with these columns besides its SKU and title. */
const having = (columns: Record<string, Table[number][number]>) => () =>
  parseTable([
    ['SKU', 'Title', ...Object.keys(columns)],
    ['A', 'Vase', ...Object.values(columns)],
  ]);

/** The smallest spreadsheet for every kind of problem. */
const spreadsheets: Record<ProblemCode, () => Promise<Parsed>> = {
  missing_code: () =>
    parseTable([
      ['Handle', 'Title', 'Price'],
      ['', 'Vase', '5'],
    ]),
  missing_title: () =>
    parseTable([
      ['SKU', 'Title'],
      ['A', ''],
    ]),
  missing_parent: () =>
    parseTable([
      ['Type', 'SKU', 'Name', 'Parent', 'Attribute 1 name', 'Attribute 1 value(s)'],
      ['variation', 'A', 'Vase', 'gone', 'Size', 'S'],
    ]),
  duplicate_code: () =>
    parseTable([
      ['SKU', 'Title', 'Price'],
      ['A', 'Vase', '5'],
      ['A', 'Bowl', '6'],
    ]),
  identifier_too_long: () =>
    parseTable([
      ['SKU', 'Title'],
      ['A'.repeat(300), 'Vase'],
    ]),
  value_too_long: having({ Brand: 'x'.repeat(300) }),
  invalid_price: having({ Price: 'x' }),
  no_price: having({ Price: 'TBD' }),
  price_range: having({ Price: '4.86 -- 6.22' }),
  heading_row: () =>
    parseTable([
      ['SKU', 'Title', 'Price'],
      ['', 'Vases', ''],
      ['A', 'Vase', '5'],
    ]),
  encoding_guessed: () => parseBytes(new Uint8Array([...Buffer.from('SKU,Title\nA,'), 0xc2, 0xe0, 0xe7, 0xe0])),
  negative_price: having({ Cost: '-1' }),
  price_too_large: having({ Cost: '99999999999' }),
  invalid_currency: having({ Currency: 'XYZ' }),
  other_currency: having({ Price: '5 EUR' }),
  list_price_taken: () =>
    parseTable([
      ['SKU', 'Title', 'MSRP'],
      ['A', 'Vase', '9'],
    ]),
  mixed_currencies: having({ Price: '5 USD', Cost: '4 EUR' }),
  formula_error: having({ Price: '#REF!' }),
  too_many_rows: () =>
    parseTable([
      ['Handle', 'Title', 'Image'],
      ...Array.from({ length: limits.rowsPerProduct + 1 }, () => ['a', 'Vase', url(1)]),
    ]),
  product_too_large: () =>
    parseTable([
      ['Handle', 'Title', ...Array.from({ length: 4 }, (_, index) => `Text ${index}`)],
      ['b', 'Bowl'],
      ...Array.from({ length: 10 }, () => ['a', 'Vase', ...Array(4).fill('x'.repeat(900_000))]),
    ]),
  column_guessed: () =>
    parseTable([['SKU', 'Title', 'Betrag'], ...[1, 2, 3].map((n) => [`A-${n}`, `Vase ${n}`, `${n}.99`])]),
  column_proposed: () =>
    parseTable([
      ['SKU', 'Title', 'Warehouse stock 2'],
      ...[1, 2, 3, 4].map((n) => [`A-${n}`, `Vase ${n}`, `${n > 2 ? 5 : 7}`]),
    ]),
  images_without_address: having({ Image: '/v/a/vase.jpg' }),
  formula_error_ignored: having({ Brand: '#N/A' }),
  formula_without_result: () =>
    parseWorkbook({
      Products: [
        ['SKU', 'Title', 'Brand'],
        ['A', 'Vase', { formula: 'A1' }],
      ],
    }),
  invalid_quantity: having({ Qty: 'lots' }),
  fractional_quantity: having({ Qty: '1.5' }),
  invalid_measure: having({ Weight: 'heavy' }),
  unit_assumed: having({ Weight: '5' }),
  invalid_status: having({ Status: 'perhaps' }),
  damaged_identifier: having({ UPC: '7.1E+11' }),
  identifier_is_date: () =>
    parseWorkbook({
      Products: [
        ['SKU', 'Title'],
        [new Date('2026-01-02T00:00:00Z'), 'Vase'],
      ],
    }),
  lost_leading_zeros: having({ UPC: '12345678905' }),
  invalid_image_url: having({ Image: 'see our website' }),
  too_many_images: having({ Images: Array.from({ length: 21 }, (_, index) => url(index)).join(' ') }),
  duplicate_row: () =>
    parseTable([
      ['SKU', 'Title'],
      ['A', 'Vase'],
      ['A', 'Vase'],
    ]),
  duplicate_variant: () =>
    parseTable([
      ['SKU', 'Title', 'Price'],
      ['A', 'Vase', '5'],
      ['A', 'Vase', '6'],
    ]),
  duplicate_sku: () =>
    parseTable([
      ['Code', 'Title', 'SKU', 'Size'],
      ['C', 'Vase', 'A', 'S'],
      ['C', '', 'A', 'M'],
    ]),
  sku_list: () =>
    parseTable([
      ['Code', 'TITLE', 'PRICE', 'CURRENCY_CODE', 'VARIATION 1 NAME', 'VARIATION 1 VALUES', 'SKU'],
      ['A', 'Vase', '5', 'USD', 'Size', 'S,M', 'A-2,A-1'],
    ]),
  conflicting_value: () =>
    parseTable([
      ['Handle', 'Title', 'Image', 'Season'],
      ['a', 'Vase', url(1), 'spring'],
      ['a', '', url(2), 'autumn'],
    ]),
  invalid_characters: () =>
    parseBytes(Buffer.concat([Buffer.from(`SKU,Title\nA,${'é'.repeat(20)}`), Buffer.from([0xff])])),
  similar_header: having({ Pirce: '5' }),
  duplicate_header: () =>
    parseTable([
      ['SKU', 'Title', 'Note', 'Note'],
      ['A', 'Vase', '1', '2'],
    ]),
  values_without_header: () =>
    parseTable([
      ['SKU', 'Title', ''],
      ['A', 'Vase', 'x'],
    ]),
  unknown_mapping: () =>
    parseTable(
      [
        ['SKU', 'Title'],
        ['A', 'Vase'],
      ],
      { columnMapping: { Foo: 'bar' } },
    ),
  code_from_title: () =>
    parseTable([
      ['Title', 'Price'],
      ['Vase', '5'],
    ]),
  same_title: () =>
    parseTable([
      ['Barcode', 'Title', 'Price'],
      ['', 'Vase', '5'],
      ['', 'Vase', '6'],
    ]),
  rows_without_product: () =>
    parseWorkbook({
      Products: [
        ['SKU', 'Title'],
        ['A', 'Vase'],
      ],
      Barcodes: [
        ['SKU', 'Barcode'],
        ['B', '4006381333931'],
      ],
    }),
  sheet_skipped: () =>
    parseWorkbook({
      Notes: [['hello']],
      Products: [
        ['SKU', 'Title'],
        ['A', 'Vase'],
      ],
    }),
  hidden_sheet_skipped: () =>
    parseWorkbook(
      {
        Old: [['x']],
        Products: [
          ['SKU', 'Title'],
          ['A', 'Vase'],
        ],
      },
      ({ worksheets: [old] }) => {
        if (old !== undefined) old.state = 'hidden';
      },
    ),
  row_ignored: () =>
    parseTable([
      ['Handle', 'Command', 'Title', 'Variant SKU', 'Top Row'],
      ['a', 'IGNORE', 'Vase', 'A', ''],
      ['b', 'NEW', 'Bowl', 'B', ''],
    ]),
};

it.each(Object.entries(spreadsheets))(
  '%s is reported with the severity of its kind, as a sentence',
  async (code, parse) => {
    const { problems, products, rejected, result } = await parse();
    const found = problems.filter((problem) => problem.code === code);
    expect(found).toHaveLength(1);
    const kind = Object.entries(problemKinds).find(([name]) => name === code)?.[1];
    expect(found[0]?.severity).toBe(kind?.severity);
    expect(found[0]?.message).toMatch(/^[\S].{10,}[.)\w]$/s);
    // Only products whose codes come from their titles can have the same one.
    expect(problems.filter((other) => code !== 'same_title' || other.code !== 'code_from_title')).toHaveLength(1);
    const keptByWarning = kind?.severity === 'warning' && products.length > 0 && rejected.length === 0;
    const rejectedByError = kind?.severity === 'error' && rejected.length > 0 && result.rows.rejected > 0;
    expect(keptByWarning || rejectedByError).toBe(true);
  },
);
