import { strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { only, parseBytes, parseWorkbook, type Table, workbookOf } from '../../spreadsheets.ts';

/** A workbook whose first sheet has this XML between its `sheetData` tags. */
async function workbookWith(
  rows: string,
  edit: (parts: Record<string, Uint8Array>) => void = () => {},
): Promise<Uint8Array> {
  const parts = unzipSync(await workbookOf({ Products: [['x']] }));
  parts['xl/worksheets/sheet1.xml'] = strToU8(
    `<?xml version="1.0" encoding="UTF-8"?>\n<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${rows}</sheetData></worksheet>`,
  );
  edit(parts);
  return zipSync(parts);
}
const inline = (...cells: string[]) =>
  `<row>${cells.map((cell) => `<c t="inlineStr"><is>${cell}</is></c>`).join('')}</row>`;
const t = (text: string) => `<t>${text}</t>`;

describe('cells of a workbook', () => {
  const header = ['SKU', 'Title', 'Price', 'UPC', 'Launch', 'Share', 'Image'];
  const format =
    (formats: Record<string, string>) =>
    (workbook: { worksheets: { getCell: (address: string) => { numFmt: string } }[] }) => {
      for (const [address, numFmt] of Object.entries(formats))
        for (const sheet of workbook.worksheets) sheet.getCell(address).numFmt = numFmt;
    };

  it('reads numbers as displayed where they identify, without exponent or locale', async () => {
    const { products, problems } = await parseWorkbook(
      {
        Products: [header, [123, 'Vase', 1234.5, 12345678905, null, 0.15], ['1E5', 'Bowl', 5, 7123450000000, null, 2]],
      },
      format({ A2: '00000', D2: '000000000000', F2: '0%', C2: '"$"#,##0.00' }),
      { locale: 'de-DE' },
    );
    expect(problems).toEqual([]);
    expect(products).toMatchObject([
      { code: '00123', price: '1234.5', attributes: { Share: '15%' }, variants: [{ barcode: '012345678905' }] },
      { code: '1E5', variants: [{ barcode: '7123450000000' }], attributes: { Share: '2' } },
    ]);
  });

  it.each([
    ['0', 12345, '12345'],
    ['000-000', 12345, '012-345'],
    ['"SKU-"0000', 12, 'SKU-0012'],
    ['#,##0', 12345, '12345'],
    ['0.00', 12345, '12345'],
    ['0.00E+00', 712345000000, '712345000000'],
    ['General', 3.1, '3.1'],
    ['@', 42, '42'],
  ])('reads a SKU formatted %s', async (numFmt, value, sku) => {
    expect(only(await parseWorkbook({ Products: [header, [value, 'Vase']] }, format({ A2: numFmt }))).code).toBe(sku);
  });

  it('takes the currency of a number format', async () => {
    const { products } = await parseWorkbook(
      { Products: [header, ['A', 'Vase', 5]] },
      format({ C2: '#,##0.00 [$€-407]' }),
    );
    expect(products[0]).toMatchObject({ price: '5', currency: 'EUR' });
  });

  it('reads dates as ISO 8601 and does not take a unit for one', async () => {
    const { products } = await parseWorkbook(
      {
        Products: [
          [...header, 'Weight (lbs)'],
          ['A', 'Vase', 5, null, new Date('2026-03-04T00:00:00Z'), null, null, 2.5],
          ['B', 'Bowl', 5, null, new Date('2026-03-04T10:30:00Z')],
        ],
      },
      format({ E2: 'dd/mm/yyyy', E3: 'yyyy-mm-dd hh:mm', H2: '0.0\\ \\l\\b\\s' }),
    );
    expect(products).toMatchObject([
      { attributes: { Launch: '2026-03-04' }, weightGrams: '1133.981' },
      { attributes: { Launch: '2026-03-04T10:30:00' } },
    ]);
  });

  it('reads a time of day as one', async () => {
    const { products } = await parseWorkbook(
      { Products: [header, ['A', 'Vase', 5, null, 0.4375]] },
      format({ E2: 'hh:mm' }),
    );
    expect(products[0]?.attributes.Launch).toBe('10:30:00');
  });

  it('takes the label of a linked SKU, also where its formula has no result', async () => {
    const { products, problems } = await parseWorkbook({
      Products: [
        header,
        [{ text: 'A-1', hyperlink: 'https://shop.example.com/1' }, 'Vase'],
        [{ formula: 'HYPERLINK("https://shop.example.com/2","A-2")' }, 'Bowl'],
      ],
    });
    expect([products.map(({ code }) => code), problems]).toEqual([['A-1', 'A-2'], []]);
  });

  it('reports a SKU that the spreadsheet program made a date of', async () => {
    const { products, problems } = await parseWorkbook({
      Products: [header, [new Date('2026-10-12T00:00:00Z'), 'Vase']],
    });
    expect(products[0]?.code).toBe('2026-10-12');
    expect(problems).toMatchObject([{ code: 'identifier_is_date', row: 2, column: 'SKU' }]);
  });

  it('takes a formula’s result, a link’s target and all runs of rich text', async () => {
    const table: Table = [
      [...header, 'Image 2', 'Image 3', 'Note'],
      [
        { formula: 'CONCATENATE("A","1")', result: 'A1' },
        { richText: [{ text: 'Blue ' }, { font: { bold: true }, text: 'Vase' }] },
        { formula: '2*6.25', result: 12.5 },
        null,
        null,
        true,
        { text: 'photo', hyperlink: 'https://cdn.example.com/1.jpg?a=1&b=2' },
        { formula: 'HYPERLINK("https://cdn.example.com/2.jpg","view")', result: 'view' },
        { formula: 'HYPERLINK("https://cdn.example.com/3.jpg")' },
        { text: 'see our site', hyperlink: 'https://example.com' },
      ],
    ];
    const { products, problems } = await parseWorkbook({ Products: table });
    expect(problems).toEqual([]);
    expect(products).toMatchObject([
      {
        code: 'A1',
        title: 'Blue Vase',
        price: '12.5',
        attributes: { Share: 'TRUE', Note: 'see our site' },
        images: [1, 2, 3].map((number) => ({
          url: `https://cdn.example.com/${number}.jpg${number === 1 ? '?a=1&b=2' : ''}`,
        })),
      },
    ]);
  });

  it('reports error cells, rejecting the row where the value is needed', async () => {
    const { products, problems, rejected } = await parseWorkbook({
      Products: [
        header,
        ['A', 'Vase', { error: '#N/A' }],
        ['B', 'Bowl', 5, null, { error: '#DIV/0!' }],
        ['C', 'Cup', { formula: 'B2*2' }],
      ],
    });
    expect(products.map(({ code }) => code)).toEqual(['B']);
    expect(problems.map(({ code, row, column, severity }) => [code, row, column, severity])).toEqual([
      ['formula_error', 2, 'Price', 'error'],
      ['formula_error_ignored', 3, 'Launch', 'warning'],
      ['formula_error', 4, 'Price', 'error'],
    ]);
    expect(rejected.map(({ number }) => number)).toEqual([2, 4]);
  });

  it('numbers rows as the spreadsheet program does, over blank ones', async () => {
    const { problems } = await parseWorkbook({ Products: [[], header, [], [], ['A', 'Vase', 'x']] });
    expect(problems).toMatchObject([{ code: 'invalid_price', row: 5, sheet: 'Products', column: 'Price', value: 'x' }]);
  });

  it('reads the date system of 1904', async () => {
    const { products } = await parseWorkbook(
      { Products: [header, ['A', 'Vase', 5, null, new Date('2026-03-04T00:00:00Z')]] },
      (workbook) => {
        workbook.properties.date1904 = true;
      },
    );
    expect(products[0]?.attributes.Launch).toBe('2026-03-04');
  });
});

describe('workbooks of other programs', () => {
  it('reads text in the cells exactly, with references, runs and no cell addresses', async () => {
    const bytes = await workbookWith(
      inline(t('SKU'), t('Title'), t('Description'), t('Note')) +
        inline(
          t('A&amp;B'),
          '<r><t>Blue </t></r><r><rPr><b/></rPr><t xml:space="preserve">Vase</t></r><rPh sb="0" eb="1"><t>x</t></rPh>',
          t('&lt;p&gt;Fish &amp;amp; chips&lt;/p&gt;'),
          t('a&#10;b &#38;lt; c'),
        ) +
        '<row><c t="inlineStr"><is><t>B</t></is></c><c t="str"><f>"Cup "&amp;"x"</f><v>Cup &amp;amp; saucer</v></c></row>',
    );
    const { products } = await parseBytes(bytes);
    expect(products).toMatchObject([
      { code: 'A&B', title: 'Blue Vase', description: '<p>Fish &amp; chips</p>', attributes: { Note: 'a\nb &lt; c' } },
      { code: 'B', title: 'Cup &amp; saucer' },
    ]);
  });

  it('reads the cached result of a failed formula as its error', async () => {
    const bytes = await workbookWith(
      `${inline(t('SKU'), t('Title'), t('Price'))}<row><c><v>1</v></c><c t="str"><f>"V"</f><v>Vase</v></c><c t="e"><f>1/0</f><v>#DIV/0!</v></c></row>`,
    );
    expect((await parseBytes(bytes)).problems).toMatchObject([{ code: 'formula_error', row: 2, column: 'Price' }]);
  });

  it('reads the cached result of a formula that came to nothing or to zero as that', async () => {
    const formula = (type: string, result: string) => `<c${type}><f>IF(1,X9)</f><v>${result}</v></c>`;
    const bytes = await workbookWith(
      `${inline(t('SKU'), t('Title'), t('Price'), t('Sale Price'), t('Qty'))}<row><c><v>1</v></c><c t="str"><v>Vase</v></c><c><v>5</v></c>${formula(' t="str"', '')}${formula('', '0')}</row>`,
    );
    const parsed = await parseBytes(bytes);
    expect(parsed.problems).toEqual([]);
    expect(only(parsed)).toMatchObject({ price: '5', variants: [{ quantity: 0 }] });
  });

  it('reads a workbook without shared strings and styles', async () => {
    const bytes = await workbookWith(inline(t('SKU'), t('Title')) + inline(t('A'), t('Vase')), (parts) => {
      delete parts['xl/sharedStrings.xml'];
      delete parts['xl/styles.xml'];
    });
    expect(only(await parseBytes(bytes))).toMatchObject({ code: 'A', title: 'Vase' });
  });

  it('reads prefixed elements, absolute targets and other sheet names', async () => {
    const bytes = await workbookWith('', (parts) => {
      parts['xl/worksheets/Data.xml'] = strToU8(
        `<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData><x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>SKU</x:t></x:is></x:c><x:c r="B1" t="inlineStr"><x:is><x:t>Title</x:t></x:is></x:c></x:row><x:row r="2"><x:c r="A2"><x:v>7</x:v></x:c><x:c r="B2" t="inlineStr"><x:is><x:t>Vase</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>`,
      );
      const path = 'xl/_rels/workbook.xml.rels';
      const text = new TextDecoder().decode(parts[path]);
      parts[path] = strToU8(text.replace('"worksheets/sheet1.xml"', '"/xl/worksheets/Data.xml"'));
    });
    expect(only(await parseBytes(bytes))).toMatchObject({ code: '7', title: 'Vase' });
  });

  it('keeps characters whole where a chunk ends within one', async () => {
    const titles = Array.from({ length: 3000 }, (_, index) => `Größe ${index} — 花瓶 🏺`);
    const bytes = await workbookWith(
      inline(t('SKU'), t('Title')) + titles.map((title, index) => inline(t(`S${index}`), t(title))).join(''),
    );
    const { products } = await parseBytes(bytes);
    expect(products.map(({ title }) => title)).toEqual(titles);
  });
});
