import { describe, expect, it } from 'vitest';
import { products, productVariants } from '../../../../schema/index.ts';
import { createTestDatabase } from '../../../support/database.ts';
import { ChangeFiles, fingerprint, importProducts, undoImport } from '../../../support/undo.ts';
import { fileAt, first, second } from '../../undo-changes/catalogs.ts';

describe('an undo', () => {
  it('restores what it kept where the tables have grown a column since', async () => {
    const { database } = await createTestDatabase();
    const files = new ChangeFiles();
    await importProducts(database, files, await fileAt(database, 1), first);
    const before = await fingerprint(database);
    const wrong = await importProducts(database, files, await fileAt(database, 2), second);
    await database.update(productVariants).set({ countryOfOrigin: 'PT' });
    await database.update(products).set({ countryOfOrigin: 'PT' });
    // As files had them that were written before the column was there.
    for (const [key, lines] of files.files) {
      files.files.set(
        key,
        lines.map((line) => line.replaceAll(/"countryOfOrigin":null,/g, '')),
      );
    }
    expect(await undoImport(database, files, wrong)).toMatchObject({ restored: false, leftAlone: 0 });
    expect((await database.select().from(products)).every(({ countryOfOrigin }) => countryOfOrigin === 'PT')).toBe(
      true,
    );
    await database.update(productVariants).set({ countryOfOrigin: null });
    await database.update(products).set({ countryOfOrigin: null });
    expect(await fingerprint(database)).toBe(before);
  });
});
