import { expect, it } from 'vitest';
import { parseBytes } from '../spreadsheets.ts';

/** The bytes of a text in an encoding that the platform can only read: looked up among all its characters. */
function encode(text: string, encoding: string): Buffer {
  const decoder = new TextDecoder(encoding);
  const known = new Map<string, number[]>();
  for (let first = 0; first < 256; first += 1) {
    known.set(decoder.decode(Uint8Array.of(first)), [first]);
    if (/^(windows|koi)/.test(encoding) || first < 0x80) continue;
    for (let second = 0x40; second < 256; second += 1) {
      const character = decoder.decode(Uint8Array.of(first, second));
      if ([...character].length === 1 && !known.has(character)) known.set(character, [first, second]);
    }
  }
  return Buffer.from([...text].flatMap((character) => known.get(character) ?? []));
}

it.each([
  ['shift_jis', 'SKU,商品名,Price\nA,ディナーフォーク（大）,74000\nB,赤い花瓶 5%,500\n'],
  ['euc-jp', 'SKU,商品名,Price\nA,ディナーフォーク,74000\nB,赤い花瓶,500\n'],
  ['gb18030', 'SKU,商品名称,Price\nA,蓝色花瓶,25\nB,红色的大碗,30\n'],
  ['big5', 'SKU,商品名稱,Price\nA,藍色花瓶,25\nB,紅色的大碗,30\n'],
  [
    'euc-kr',
    'SKU,Title,Price\nA,파란 꽃병 도자기,2500\nB,빨간 그릇 주방용품,3000\nC,겨울용 따뜻한 담요,4000\nD,나무로 만든 작은 의자,9000\n',
  ],
  ['windows-1250', 'SKU,Nazwa,Cena\nA,Niebieski wazon żółty,25\nB,Duża miska śląska z gałką,30\n'],
  ['windows-1250', 'SKU,Title,Price\nA,Modrá váza křišťálová,25\nB,Velká mísa na ovoce žlutá,30\n'],
  ['windows-1251', 'Артикул,Название,Цена\nA,Синяя ваза,25\nB,Красная миска,30\n'],
  ['koi8-r', 'Артикул,Название,Цена\nA,Синяя ваза,25\nB,Красная миска,30\n'],
  ['windows-1253', 'SKU,Title,Price\nA,Μπλε βάζο,25\nB,Κόκκινο μπολ για φρούτα,30\n'],
  ['windows-1254', 'SKU,Ürün Adı,Price\nA,Mavi şişe büyük,25\nB,Kırmızı kâse ağır,30\n'],
  ['windows-1254', 'SKU,Title,Price\nA,Mavi şişe büyük,25\nB,Kırmızı kâse ağır,30\n'],
])('reads %s, and says that it was guessed', async (encoding, text) => {
  const { products, problems } = await parseBytes(encode(text, encoding));
  expect(products.map(({ title }) => title)).toEqual(
    text
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',')[1]),
  );
  expect(problems.filter(({ code }) => code === 'encoding_guessed')).toMatchObject([
    { severity: 'warning', message: expect.stringContaining(encoding) },
  ]);
});

it.each([
  ['French', 'Vase bleu très décoré', 'Bol à café émaillé'],
  ['German', 'Schüssel groß', 'Blaue Vase für Blüten'],
  ['Spanish', 'Jarrón pequeño azul', 'Cuenco señorial español'],
  ['Danish', 'Blå skål på fod', 'Grøn kåbe'],
  ['English with one accent', 'Café mug', 'Bowl'],
])('reads %s without a mark as Windows-1252', async (_, one, other) => {
  const { products, problems } = await parseBytes(encode(`SKU,Title\nA,${one}\nB,${other}\n`, 'windows-1252'));
  expect(products.map(({ title }) => title)).toEqual([one, other]);
  expect(problems).toEqual([]);
});

it('does not take random bytes for long', async () => {
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => 0x80 + ((index * 7919) % 128)));
  const { products } = await parseBytes(Buffer.concat([Buffer.from('SKU,Title\nA,'), bytes]));
  expect(products).toHaveLength(1);
});
