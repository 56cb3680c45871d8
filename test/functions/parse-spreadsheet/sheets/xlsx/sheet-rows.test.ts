import { describe, expect, it } from 'vitest';
import type { Cell } from '../../../../../functions/parse-spreadsheet/sheets/cells.ts';
import { sheetXml, workbookWith } from '../hostile-workbooks.ts';
import { cellsOf, rowsOf, sheetsOf } from './read-rows.ts';

const parts = {
  'xl/sharedStrings.xml':
    '<sst><si><t>Vase</t></si><si/><si><t> </t></si><si><r><t>Blue </t></r><r><t>Bowl</t></r></si></sst>',
  'xl/styles.xml': `<styleSheet><numFmts count="1"><numFmt numFmtId="164" formatCode="&quot;SKU-&quot;0000"/></numFmts>
    <cellStyleXfs count="1"><xf numFmtId="9"/></cellStyleXfs>
    <cellXfs count="5"><xf numFmtId="0"/><xf numFmtId="2"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="31"/></cellXfs></styleSheet>`,
};
const bytesOf = (xml: string) => workbookWith({ 'xl/worksheets/sheet1.xml': xml, ...parts });

describe('cells of a sheet', () => {
  it.each<[string, string, (Cell | null)[]]>([
    ['a shared string', '<c r="A2" t="s"><v>0</v></c>', ['Vase']],
    [
      'shared strings that are blank',
      '<c t="s"><v>1</v></c><c t="s"><v>2</v></c><c t="s"><v>3</v></c>',
      [null, null, 'Blue Bowl'],
    ],
    ['a text with the style of a date', '<c r="A2" s="2" t="s"><v>0</v></c>', ['Vase']],
    ['numbers', '<c r="A2"><v>1.5E2</v></c><c r="B2" t="n"><v> -3 </v></c><c r="C2"><v>0</v></c>', [150, -3, 0]],
    [
      'numbers with formats',
      '<c s="0"><v>1</v></c><c s="1"><v>2</v></c><c s="3"><v>7</v></c>',
      [1, { n: 2, f: '0.00' }, { n: 7, f: '"SKU-"0000' }],
    ],
    ['a style that is not there', '<c s="99"><v>1</v></c>', [1]],
    ['a date', '<c s="2"><v>46085</v></c>', [{ d: '2026-03-04', f: 'mm-dd-yy' }]],
    ['a date of Chinese Excel', '<c s="4"><v>46085.5</v></c>', [{ d: '2026-03-04T12:00:00', f: 'yyyy-mm-dd' }]],
    ['a time', '<c s="2"><v>0.333333333</v></c>', [{ d: '08:00:00', f: 'mm-dd-yy' }]],
    [
      'a date beyond all',
      '<c s="2"><v>1e12</v></c><c s="2"><v>3000000</v></c>',
      [{ e: 'invalid date' }, { e: 'invalid date' }],
    ],
    [
      'ISO dates',
      '<c t="d"><v>2026-03-04T00:00:00Z</v></c><c t="d" s="2"><v>2026-03-04T10:30:00.5</v></c>',
      [
        { d: '2026-03-04', f: 'yyyy-mm-dd' },
        { d: '2026-03-04T10:30:00', f: 'mm-dd-yy' },
      ],
    ],
    ['booleans', '<c t="b"><v>1</v></c><c t="b"><v>0</v></c>', [true, false]],
    ['an error', '<c t="e"><v>#N/A</v></c>', [{ e: '#N/A' }]],
    [
      'numbers that are none',
      '<c><v>0x10</v></c><c><v>NaN</v></c><c><v>1e999</v></c>',
      [{ e: '#NUM!' }, { e: '#NUM!' }, { e: '#NUM!' }],
    ],
    ['a text in the cell', '<c t="inlineStr"><is><t>a &amp;lt; b</t></is></c>', ['a &lt; b']],
    [
      'runs without phonetic guides',
      '<c t="inlineStr"><is><r><t>花</t></r><rPh><t>はな</t></rPh><r><t>瓶</t></r></is></c>',
      ['花瓶'],
    ],
    ['references', '<c t="str"><v>&#65;&#x1F3FA;&#38;lt;</v></c>', ['A🏺&lt;']],
    ['CDATA between text', '<c t="str"><v>a<![CDATA[<b> & ]]>c<!-- not this --></v></c>', ['a<b> & c']],
    ['line ends of other systems', '<c t="str"><v>a\r\nb\rc&#13;d</v></c>', ['a\nb\nc\rd']],
    ['escaped control characters', '<c t="str"><v>a_x000D_b_x0000_</v></c>', ['a\rb']],
    ['blank cells', '<c r="A2" s="2"/><c r="C2" t="str"><v>x</v></c><c r="D2" t="str"><v> </v></c>', [null, null, 'x']],
    ['cells out of order', '<c r="C2"><v>3</v></c><c r="A2"><v>1</v></c>', [1, null, 3]],
    ['cells without references after one with', '<c r="B2"><v>1</v></c><c><v>2</v></c>', [null, 1, 2]],
    ['what is not of the cell', '<c r="A2"><v>1</v><extLst><ext><v>9</v><t>x</t></ext></extLst></c>', [1]],
  ])('are read: %s', async (_, cells, expected) => {
    expect(await cellsOf(cells, parts)).toEqual(expected);
  });

  it.each<[string, string, (Cell | null)[]]>([
    ['a number', '<c><f>6*7</f><v>42</v></c>', [42]],
    ['zero', '<c><f>A1</f><v>0</v></c><c s="1"><f>A1</f><v>0</v></c>', [0, { n: 0, f: '0.00' }]],
    ['an empty text', '<c><v>1</v></c><c t="str"><f>IF(A1,"","")</f><v></v></c><c t="str"><f>""</f></c>', [1]],
    ['a text', '<c t="str"><f>"a"&amp;"b"</f><v>ab</v></c>', ['ab']],
    ['FALSE', '<c t="b"><f>1=2</f><v>0</v></c>', [false]],
    ['an error', '<c t="e"><f>1/0</f><v>#DIV/0!</v></c>', [{ e: '#DIV/0!' }]],
    ['a date', '<c s="2"><f>TODAY()</f><v>46085</v></c>', [{ d: '2026-03-04', f: 'mm-dd-yy' }]],
    [
      'another cell’s formula',
      '<c><f t="shared" ref="A1:A2" si="0">B1</f><v>1</v></c><c><f t="shared" si="0"/><v>2</v></c>',
      [1, 2],
    ],
    [
      'nothing',
      '<c><f>A1</f></c><c><f>A1</f><v></v></c><c><f>A1</f><v/></c>',
      [{ e: 'no result' }, { e: 'no result' }, { e: 'no result' }],
    ],
    [
      'a link',
      '<c t="str"><f>HYPERLINK("https://e.com/?a=1&amp;b=2","photo")</f><v>view</v></c>',
      [{ t: 'view', l: 'https://e.com/?a=1&b=2' }],
    ],
    [
      'a link without a result',
      '<c><f>_xlfn.IMAGE("https://e.com/1.jpg")</f></c>',
      [{ t: 'https://e.com/1.jpg', l: 'https://e.com/1.jpg' }],
    ],
  ])('hold what a formula came to: %s', async (_, cells, expected) => {
    expect(await cellsOf(cells, parts)).toEqual(expected);
  });

  it('count days from 1904 on where the workbook says so, also for formulas and not for times', async () => {
    const workbook =
      '<workbook><workbookPr date1904="1"/><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>';
    const rels =
      '<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>';
    const own = { ...parts, 'xl/workbook.xml': workbook, 'xl/_rels/workbook.xml.rels': rels };
    expect(
      await cellsOf('<c s="2"><v>44623</v></c><c s="2"><f>A2</f><v>44623</v></c><c s="2"><v>0.5</v></c>', own),
    ).toMatchObject([{ d: '2026-03-04' }, { d: '2026-03-04' }, { d: '12:00:00' }]);
  });

  it('are not those of the row’s style, which is for cells that are not there', async () => {
    expect(await rowsOf('<row r="1" s="2" customFormat="1"><c r="A1"><v>46085</v></c></row>', parts)).toEqual([
      { number: 1, cells: [46085] },
    ]);
  });

  it('have the links that stand after the rows, whatever prefix names them', async () => {
    const link = (prefix: string) =>
      `<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c t="s"><v>3</v></c><c><v>1</v></c></row></sheetData>
      <hyperlinks><hyperlink ref="A1:A2" ${prefix}:id="rId9"/><hyperlink ref="B1" location="Sheet2!A1"/></hyperlinks></worksheet>`;
    const rels =
      '<Relationships><Relationship Id="rId9" Type="http://x/hyperlink" Target="https://e.com/?a=1&amp;b=2" TargetMode="External"/></Relationships>';
    for (const prefix of ['r', 'd3p1']) {
      const own = { ...parts, 'xl/worksheets/sheet1.xml': link(prefix), 'xl/worksheets/_rels/sheet1.xml.rels': rels };
      expect((await sheetsOf(await workbookWith(own)))[0]?.rows).toEqual([
        { number: 1, cells: [{ t: 'Vase', l: 'https://e.com/?a=1&b=2' }, 'Blue Bowl', 1] },
      ]);
    }
  });
});

describe('rows of a sheet', () => {
  it('are numbered as they say, or after the one before; blank ones are left out', async () => {
    const rows =
      '<row><c><v>1</v></c></row><row r="5"/><row><c><v>6</v></c></row><row r="9"><c/></row><row r="8"><c><v>8</v></c></row>';
    expect(await rowsOf(rows)).toEqual([1, 6, 8].map((number) => ({ number, cells: [number] })));
  });

  it('are those of the sheet alone, not of what extends it', async () => {
    const xml = `<worksheet><sheetData><row><c><v>1</v></c></row><row><ext><v>7</v></ext></row></sheetData><extLst><ext><sheetData><row><c><v>2</v></c></row></sheetData></ext></extLst></worksheet>`;
    expect((await sheetsOf(await bytesOf(xml)))[0]?.rows).toEqual([{ number: 1, cells: [1] }]);
  });

  it('are none in a sheet that is empty', async () => {
    expect((await sheetsOf(await bytesOf('<worksheet><sheetData/></worksheet>')))[0]?.rows).toEqual([]);
  });

  it('are read in UTF-16, of both byte orders', async () => {
    const xml = sheetXml('<row><c t="str"><v>Größe 花瓶 🏺 &gt; 1</v></c></row>'.repeat(3000));
    const little = Buffer.from(`\ufeff${xml}`, 'utf16le');
    for (const bytes of [little, Buffer.from(little).swap16()]) {
      const [sheet] = await sheetsOf(await workbookWith({ 'xl/worksheets/sheet1.xml': bytes }));
      expect(sheet?.rows.length).toBe(3000);
      expect(sheet?.rows.every(({ cells }) => cells[0] === 'Größe 花瓶 🏺 > 1')).toBe(true);
    }
  });

  it.each([
    ['a reference that XML does not have', '<row><c t="str"><v>a&nbsp;b</v></c></row>', '&'],
    ['a bare ampersand', '<row><c t="str"><v>Fish & Chips</v></c></row>', '&'],
    ['a character that XML does not have', '<row><c t="str"><v>&#0;</v></c></row>', '&#0;'],
    ['a zero character', '<row><c t="str"><v>a\0b</v></c></row>', 'zero'],
    ['an attribute without a value', '<row><c r="A1" t><v>1</v></c></row>', 'attribute'],
    ['tags that cross', '<row><c><v>1</c></v></row>', 'closing tag'],
    ['a row without a number', '<row r="x"><c><v>1</v></c></row>', 'row numbered x'],
    ['a cell at no column', '<row><c r="1"><v>1</v></c></row>', 'cell at 1'],
    ['a text that is not a number of one', '<row><c t="s"><v>x</v></c></row>', 'A1 names a text'],
    ['elements in one another', '<row><c>'.repeat(200), 'in one another'],
  ])('are refused with %s', async (_, rows, reason) => {
    await expect(rowsOf(rows, parts)).rejects.toMatchObject({
      name: 'CorruptSpreadsheet',
      message: expect.stringContaining(reason),
    });
  });

  it('are refused where the sheet is cut off anywhere', async () => {
    const whole = sheetXml('<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>');
    const end = whole.indexOf('</sheetData>') + '</sheetData>'.length;
    for (let at = 0; at < end; at += 7) {
      await expect(sheetsOf(await bytesOf(whole.slice(0, at)))).rejects.toMatchObject({ name: 'CorruptSpreadsheet' });
    }
  });
});
