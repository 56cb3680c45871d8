import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { supplierSettings } from '../../../functions/supplier-settings/supplier-settings.ts';
import { suppliers } from '../../../schema/index.ts';
import {
  type SupplierChanges,
  supplierSettingsInputSchema,
  supplierSettingsSchema,
} from '../../../workflows/payloads/supplier.ts';
import { registeredImportBytes } from '../../../workflows/payloads/upload.ts';
import { createTestDatabase } from '../../support/database.ts';

async function aSupplier(stored: Partial<typeof suppliers.$inferInsert> = {}) {
  const { database } = await createTestDatabase();
  await database.insert(suppliers).values({ code: 'acme', name: 'Acme', ...stored });
  const change = (set: SupplierChanges) => supplierSettings({ database }, { supplier: 'acme', set });
  return { database, change };
}

describe('a supplier’s settings', () => {
  it('are none, and make no supplier, where nothing is set', async () => {
    const { database } = await createTestDatabase();
    expect(await supplierSettings({ database }, { supplier: 'acme', set: {} })).toBeNull();
    expect(await database.$count(suppliers)).toBe(0);
  });

  it('make the supplier where something is set', async () => {
    const { database } = await createTestDatabase();
    const settings = await supplierSettings({ database }, { supplier: 'acme', set: { currency: 'EUR' } });
    expect(supplierSettingsSchema.parse(settings)).toEqual({
      supplier: 'acme',
      feed_mode: 'partial',
      currency: 'EUR',
      locale: 'en-US',
      image_base_url: null,
      max_concurrency: null,
      allow_svg: false,
      headers: {},
      column_mapping: {},
    });
  });

  it('change where they are set, and nowhere else', async () => {
    const { change } = await aSupplier({
      feedMode: 'full',
      columnMapping: { Nome: 'title', Listino: 'price' },
      imageSettings: { maxConcurrency: 4, headers: { Referer: 'https://a.example/', Accept: '*/*' } },
    });
    expect(
      await change({
        locale: 'it-IT',
        image_base_url: 'https://shop.example/media/',
        headers: { referer: 'https://b.example/' },
        column_mapping: { NOME: 'description', Codice: 'sku' },
      }),
    ).toEqual({
      supplier: 'acme',
      feed_mode: 'full',
      currency: 'USD',
      locale: 'it-IT',
      image_base_url: 'https://shop.example/media/',
      max_concurrency: 4,
      allow_svg: false,
      headers: { Accept: '*/*', referer: 'https://b.example/' },
      column_mapping: { Listino: 'price', NOME: 'description', Codice: 'sku' },
    });
  });

  it('are taken back with null, an entry under whatever spelling of its name', async () => {
    const { database, change } = await aSupplier({
      columnMapping: { Nome: 'title', Listino: 'price' },
      imageSettings: { maxConcurrency: 4, baseUrl: 'https://a.example/', headers: { Referer: 'https://a.example/' } },
    });
    await change({
      max_concurrency: null,
      image_base_url: null,
      headers: { REFERER: null },
      column_mapping: { 'nome ': null },
    });
    const [stored] = await database.select().from(suppliers).where(eq(suppliers.code, 'acme'));
    expect(stored).toMatchObject({ columnMapping: { Listino: 'price' }, imageSettings: { headers: {} } });
    expect(Object.keys(stored?.imageSettings ?? {})).toEqual(['headers']);
  });

  it('are refused, and left as they were, where no import could carry them', async () => {
    const { database, change } = await aSupplier();
    const column_mapping = Object.fromEntries(
      Array.from({ length: registeredImportBytes / 256 }, (_, n) => [`${n} ${'x'.repeat(250)}`, 'attribute']),
    );
    await expect(change({ currency: 'EUR', column_mapping })).rejects.toMatchObject({
      name: 'SettingsTooLarge',
      message: expect.stringMatching(/^The column mapping of supplier acme would come to \d+ bytes; at most \d+ are/),
    });
    const [stored] = await database.select().from(suppliers);
    expect(stored).toMatchObject({ currency: 'USD', columnMapping: {} });
  });
});

describe('what may be set', () => {
  it.each<[string, unknown]>([
    ['a currency that is none', { currency: 'EURO' }],
    ['a locale that is none', { locale: 'deutsch!' }],
    ['a feed mode that is none', { feed_mode: 'half' }],
    ['more requests than a host bears', { max_concurrency: 5_000 }],
    ['images on no website', { image_base_url: 'file:///etc/' }],
    ['images behind a password', { image_base_url: 'https://user:secret@shop.example/' }],
    ['a header with a line break', { headers: { Referer: 'a\r\nHost: b' } }],
    ['a header name that is none', { headers: { 'Re ferer': 'a' } }],
    ['a setting that there is not', { image_settings: {} }],
  ])('is not %s', (_, set) => {
    expect(supplierSettingsInputSchema.safeParse({ supplier: 'acme', set }).success).toBe(false);
  });
});
