import { describe, expect, it } from 'vitest';
import { only, parseBytes } from '../spreadsheets.ts';

const table = 'SKU;Title;Price\nA;Größe – “Vase” €;1,50\nB;Bowl;2\n';

/** UTF-16 of either byte order. */
function utf16(text: string, order: 'le' | 'be', mark: boolean): Buffer {
  const bytes = Buffer.from(`${mark ? '\uFEFF' : ''}${text}`, 'utf16le');
  return order === 'le' ? bytes : bytes.swap16();
}
/** Windows-1252 of the characters used here. */
function windows1252(text: string): Buffer {
  const special: Record<string, number> = { '–': 0x96, '“': 0x93, '”': 0x94, '€': 0x80 };
  return Buffer.from([...text].map((character) => special[character] ?? character.charCodeAt(0)));
}

describe('text files', () => {
  it.each([
    ['UTF-8', Buffer.from(table)],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${table}`)],
    ['UTF-16 LE with a mark', utf16(table, 'le', true)],
    ['UTF-16 BE with a mark', utf16(table, 'be', true)],
    ['UTF-16 LE without one', utf16(table, 'le', false)],
    ['UTF-16 BE without one', utf16(table, 'be', false)],
    ['Windows-1252', windows1252(table)],
  ])('reads %s', async (_, bytes) => {
    const { products, problems } = await parseBytes(bytes);
    expect(problems).toEqual([]);
    expect(products.map(({ code, title, price }) => [code, title, price])).toEqual([
      ['A', 'Größe – “Vase” €', '1.5'],
      ['B', 'Bowl', '2'],
    ]);
  });

  it('reads UTF-8 with a few bad bytes as UTF-8 and says so', async () => {
    const bytes = Buffer.concat([
      Buffer.from(`SKU,Title\nA,${'ü'.repeat(50)}`),
      Buffer.from([0xff]),
      Buffer.from('\n'),
    ]);
    const { products, problems } = await parseBytes(bytes);
    expect(products[0]?.title).toBe(`${'ü'.repeat(50)}\uFFFD`);
    expect(problems.map(({ code }) => code)).toEqual(['invalid_characters']);
  });

  it.each([
    ['comma', ','],
    ['semicolon', ';'],
    ['tab', '\t'],
    ['pipe', '|'],
  ])('finds the %s as delimiter, others being in the values', async (_, delimiter) => {
    const cell = (text: string) => (text.includes(delimiter) ? `"${text}"` : text);
    const rows = [
      ['SKU', 'Title', 'Description', 'Tags'],
      ['A', 'Vase', 'blue, green; red|white', 'a,b,c,d,e,f'],
    ];
    const { products } = await parseBytes(rows.map((row) => row.map(cell).join(delimiter)).join('\n'));
    expect(products).toMatchObject([
      { code: 'A', description: 'blue, green; red|white', tags: ['a', 'b', 'c', 'd', 'e', 'f'] },
    ]);
  });

  it('takes the delimiter that the file declares', async () => {
    expect(only(await parseBytes('sep=|\r\nSKU|Title\r\nA|Vase\r\n'))).toMatchObject({ code: 'A' });
  });

  it('reads quotes and newlines inside cells, CRLF, and inches', async () => {
    const { products, problems } = await parseBytes(
      'SKU,Title,Description,Width\r\nA,"Vase, ""big""","line 1\r\nline 2\n\nline 4",12"\r\nB,Bowl 3",x,free\r\n',
    );
    expect(products).toMatchObject([
      { code: 'A', title: 'Vase, "big"', description: 'line 1\r\nline 2\n\nline 4', widthMm: '304.8' },
      { code: 'B', title: 'Bowl 3"' },
    ]);
    expect(problems.map(({ code, row }) => [code, row])).toEqual([['invalid_measure', 3]]);
  });

  it('reads quoted cells that are padded behind their closing quote', async () => {
    const parsed = await parseBytes(
      'sku ,name  ,"description"   ,option 1 name,option 1 value  \r\nA   ,Vase  ,"""Big"", blue\nand round"   ,Size,"13 inch|8GB"   \r\n',
    );
    expect(only(parsed)).toMatchObject({
      description: '"Big", blue\nand round',
      variants: [{ options: { Size: '13 inch|8GB' } }],
    });
  });

  it('reads short and long rows and skips blank ones, counting them', async () => {
    const { products, result, problems } = await parseBytes('SKU,Title,Price\n\nA,Vase\n ,,\nB,Bowl,x\n\n\n');
    expect(products.map(({ code }) => code)).toEqual(['A']);
    expect(result.rows).toMatchObject({ read: 2, rejected: 1 });
    expect(problems).toMatchObject([{ code: 'invalid_price', row: 5 }]);
  });

  it('reads a cell of 100,000 characters', async () => {
    const description = 'lorem ipsum '.repeat(9000);
    expect(only(await parseBytes(`SKU,Title,Description\nA,Vase,"${description}"`)).description).toHaveLength(
      description.length,
    );
  });

  it('reads old Mac line ends', async () => {
    expect(only(await parseBytes('SKU,Title\rA,Vase\r'))).toMatchObject({ code: 'A', title: 'Vase' });
  });

  it('keeps no character that PostgreSQL cannot store', async () => {
    const { products } = await parseBytes(`SKU,Title,Note\n${'A,Vase,x\n'.repeat(1000)}B,Bo\0wl,${'\0'}`);
    expect(JSON.stringify(products)).not.toContain('\\u0000');
  });
});
