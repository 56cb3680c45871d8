import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { conventions } from '../../../functions/parse-spreadsheet/headers/conventions/index.ts';
import { fields, traitsOf } from '../../../schema/fields/fields.ts';
import { parseBytes } from './spreadsheets.ts';

/** A cell that can be told from all others in whatever it is made into. */
function cellOf(kind: string, header: string, unique: number): string {
  switch (kind) {
    case 'money':
      return `${1000 + unique}.25`;
    case 'weight':
    case 'length':
      return `${1000 + unique} ${kind === 'weight' ? 'g' : 'mm'}`;
    case 'quantity':
      return String(1000 + unique);
    case 'dimensions':
      return `${1000 + unique} x 2 x 3 mm`;
    case 'images':
      return `https://cdn.example/image${1000 + unique}.jpg`;
    default:
      return `${header.slice(0, 3)} ${1000 + unique}`;
  }
}

/** What has only few values, or says how another cell is read. */
const fixed = ['currency', 'offered', 'qualifier', 'date'];
const arranging = [
  'code',
  'parent',
  'rowType',
  'command',
  'ignored',
  'children',
  'attributeList',
  'optionList',
  'id',
  'storeView',
];

type Column = { header: string; field: keyof typeof fields };

const columnsOf = (columns: Record<string, keyof typeof fields>): Column[] =>
  Object.entries(columns)
    .filter(([, field]) => !fixed.includes(traitsOf(field).kind) && !arranging.includes(field) && field !== 'title')
    .flatMap(([header, field]) =>
      (header.includes('{n}') ? ['1', '2'] : ['']).map((number) => ({
        header: header.replace('{n}', number).replace('{unit}', 'kg').replace('{currency}', 'USD'),
        field,
      })),
    );

const inEnglish = (columns: Record<string, keyof typeof fields>) =>
  Object.fromEntries(Object.entries(columns).map(([header, field]) => [header.replace('{language}', 'en'), field]));

const table = fc.constantFrom(...conventions).chain((convention) => {
  const { rowTypes = {} } = convention;
  const known = inEnglish(convention.columns);
  const columns = fc.subarray(columnsOf(known), { minLength: 1, maxLength: 10 });
  const types = fc.constantFrom('', ...Object.keys(rowTypes));
  const filled = fc.array(fc.boolean(), { minLength: 20, maxLength: 20 });
  const rows = fc.array(fc.record({ titled: fc.boolean(), type: types, filled }), { minLength: 1, maxLength: 4 });
  return fc.tuple(columns, rows).map(([chosen, given]) => {
    const headerOf = (field: string) => Object.entries(known).find(([, one]) => one === field)?.[0];
    const identity = {
      code: headerOf('code') ?? headerOf('sku') ?? 'SKU',
      title: headerOf('title') ?? 'Title',
      rowType: headerOf('rowType'),
      parent: headerOf('parent'),
    };
    const taken = Object.values(identity);
    const others: Column[] = [
      ...chosen.filter(({ header }) => !taken.includes(header)),
      { header: 'Unheard of', field: 'attribute' },
    ];
    let unique = 0;
    const cells = given.map(({ titled, type, filled: has }, index) => {
      const first = index === 0;
      const isProduct = first || type === '';
      const own = { code: isProduct ? 'P1' : '', title: first || titled ? 'Vase' : '', rowType: first ? '' : type };
      return [
        ...[own.code, own.title, own.rowType, isProduct ? '' : 'P1'],
        ...others.map(({ header, field }, place) =>
          // Of two addresses in a row that is an image, one is the shop's own copy.
          has[place] && !(type === 'image' && field === 'image') ? cellOf(fields[field].kind, header, unique++) : '',
        ),
      ];
    });
    const { code, title, rowType = '', parent = '' } = identity;
    return { header: [code, title, rowType, parent, ...others.map(({ header }) => header)], cells };
  });
});

it('no cell of an accepted row vanishes: it is in the product, its variants, its images or a problem', async () => {
  await fc.assert(
    fc.asyncProperty(table, async ({ header, cells }) => {
      const { said, problems, rejected } = await parseBytes(stringify([header, ...cells]));
      const found = JSON.stringify([said, problems, rejected.map((row) => row.cells)]);
      // A row that gives a variant a second time, or is none of a product, is told of as a whole.
      const repeated = new Set(
        problems.flatMap(({ code, row }) => (['duplicate_variant', 'row_ignored'].includes(code) ? [row] : [])),
      );
      for (const cell of cells.flatMap((row, index) => (repeated.has(index + 2) ? [] : row))) {
        const number = /\d{4}/.exec(cell)?.[0];
        if (number !== undefined) expect(found, `${cell} of ${JSON.stringify([header, ...cells])}`).toContain(number);
      }
    }),
    { numRuns: 400 },
  );
});
