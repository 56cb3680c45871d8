import { describe, expect, it } from 'vitest';
import { workbookOf } from '../spreadsheets.ts';
import { importBytes, troubled } from './import-bytes.ts';

describe('chunk files', () => {
  it('hold at most 250 products each, a product in one chunk, and are listed in the manifest', async () => {
    const rows = Array.from({ length: 260 }, (_, index) => `S${index},Vase ${index}`);
    const { chunks, products, parsed } = await importBytes(['SKU,Title', ...rows].join('\n'));
    expect(chunks).toEqual([
      { chunk: 0, key: 'imports/17/rows/00000.jsonl', products: 250 },
      { chunk: 1, key: 'imports/17/rows/00001.jsonl', products: 10 },
    ]);
    expect(products.map(({ code }) => code)).toEqual(rows.map((_, index) => `S${index}`));
    expect(parsed).toMatchObject({ chunks: 2, products: 260, manifestKey: 'imports/17/rows.jsonl' });
  });

  it('have a file beside them with the codes of rejected products, where a full feed has to know', async () => {
    const bytes = await workbookOf({ List: troubled });
    const { objects } = await importBytes(bytes, 'full');
    const lines = (objects.get('imports/17/rows-rejected.jsonl') ?? '').trim().split('\n');
    const codes = lines.map((line) => JSON.parse(line).code);
    expect(codes).toEqual(['p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7', 'p8']);
    expect((await importBytes(bytes)).objects.has('imports/17/rows-rejected.jsonl')).toBe(false);
    expect((await importBytes('SKU,Title\nA,Vase\n', 'full')).objects.get('imports/17/rows-rejected.jsonl')).toBe('');
    const ignoring = 'Handle,Command,Title,Variant SKU,Variant Price\na,MERGE,Vase,A,5\nb,IGNORE,Lamp,B,9\n';
    expect((await importBytes(ignoring, 'full')).objects.get('imports/17/rows-rejected.jsonl')).toBe('{"code":"b"}\n');
  });

  it('are at most 2 MiB', async () => {
    const { chunks, objects } = await importBytes(
      [
        'SKU,Title,Description',
        ...Array.from({ length: 30 }, (_, index) => `S${index},Vase,${'x'.repeat(200_000)}`),
      ].join('\n'),
    );
    expect(chunks.length).toBeGreaterThan(2);
    for (const { key } of chunks)
      expect(Buffer.byteLength(objects.get(key) ?? '')).toBeLessThanOrEqual(2 * 1024 * 1024);
  });

  it('are none where every row is rejected; the manifest is empty', async () => {
    const { parsed, objects } = await importBytes('SKU,Title,Price\nA,Vase,x\n');
    expect(parsed).toMatchObject({ products: 0, chunks: 0, rows: { read: 1, rejected: 1 } });
    expect(objects.get(parsed.manifestKey)).toBe('');
  });
});
