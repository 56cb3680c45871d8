import fc from 'fast-check';
import { expect, it } from 'vitest';
import { splitLines } from '../../../../functions/shared/aws/split-lines.ts';

it('reads back any JSON documents, one a line, however the bytes are cut', async () => {
  const document = fc.oneof(
    fc.json(),
    fc.string({ unit: fc.constantFrom('\u2028', '\u2029', '\u0085', 'é', '😀', '\r') }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(document), fc.integer({ min: 1, max: 7 }), async (documents, size) => {
      const bytes = new TextEncoder().encode(documents.map((item) => `${JSON.stringify(item)}\n`).join(''));
      async function* chunks() {
        for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
      }
      const read: unknown[] = [];
      for await (const line of splitLines(chunks())) read.push(JSON.parse(line));
      expect(read).toEqual(documents);
    }),
  );
});
