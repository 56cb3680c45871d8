import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { registerImport } from '../../../functions/register-import/register-import.ts';
import { importChunks, imports, suppliers } from '../../../schema/index.ts';
import { registeredImportSchema } from '../../../workflows/payloads/upload.ts';
import { writeChunk } from '../../support/chunks.ts';
import { createTestDatabase } from '../../support/database.ts';
import { anUpload, aProduct } from '../../support/imports.ts';

const execution = (name: string) => ({ arn: `arn:execution:${name}`, name });

describe('registering an import', () => {
  it('creates the supplier on its first upload', async () => {
    const { database } = await createTestDatabase();
    const upload = anUpload({ key: 'ACME/spring/a.XLSX' });
    const registered = await registerImport({ database }, { upload, execution: execution('one') });
    expect(registeredImportSchema.parse(registered)).toEqual({
      importId: expect.any(Number),
      supplierId: expect.any(Number),
      supplierCode: 'acme',
      feedMode: 'partial',
      columnMapping: {},
      currency: 'USD',
      locale: 'en-US',
      executionName: 'one',
      imageBaseUrl: null,
    });
    expect(await database.select().from(imports)).toMatchObject([
      {
        id: registered.importId,
        supplierId: registered.supplierId,
        status: 'running',
        objectKey: 'ACME/spring/a.XLSX',
      },
    ]);
  });

  it('returns the settings of a supplier that is known', async () => {
    const { database } = await createTestDatabase();
    const settings = {
      feedMode: 'full',
      columnMapping: { 'Art. Nr.': 'sku' },
      currency: 'EUR',
      locale: 'de-DE',
    } as const;
    await database.insert(suppliers).values({ code: 'acme', name: 'Acme', ...settings });
    const registered = await registerImport({ database }, { upload: anUpload(), execution: execution('one') });
    expect(registered).toMatchObject(settings);
    expect(await database.$count(suppliers)).toBe(1);
  });

  it.each([
    ['acme/feed.csv', 'full'],
    ['acme/rejected/feed.csv', 'full'],
    ['acme/feed of rejected.xlsx', 'full'],
    ['rejected/feed.csv', 'full'],
    ['acme/rejected.xlsx', 'partial'],
    ['acme/spring/Rejected (2) fixed.csv', 'partial'],
  ])('takes %s of a supplier of full feeds as a %s one', async (key, feedMode) => {
    const { database } = await createTestDatabase();
    const code = key.split('/')[0] ?? '';
    await database.insert(suppliers).values({ code, name: code, feedMode: 'full' });
    const upload = anUpload({ key });
    expect(await registerImport({ database }, { upload, execution: execution('one') })).toMatchObject({ feedMode });
  });

  it('refuses a supplier whose settings are more than an execution carries, under its import', async () => {
    const { database } = await createTestDatabase();
    const columnMapping = Object.fromEntries(Array.from({ length: 2000 }, (_, n) => [`${n} ${'ü'.repeat(20)}`, 'sku']));
    await database.insert(suppliers).values({ code: 'acme', name: 'acme', columnMapping });
    const registering = registerImport({ database }, { upload: anUpload(), execution: execution('one') });
    await expect(registering).rejects.toMatchObject({
      name: 'SettingsTooLarge',
      message: expect.stringMatching(/^The settings of supplier acme come to \d+ bytes; at most 65536 are accepted\./),
    });
    expect(await database.$count(imports)).toBe(1);
  });

  it('registers an upload once, however often its state is run', async () => {
    const { database } = await createTestDatabase();
    const input = { upload: anUpload(), execution: execution('one') };
    const first = await registerImport({ database }, input);
    const [before] = await database.select().from(imports);
    expect(await registerImport({ database }, input)).toEqual(first);
    expect(await database.select().from(imports)).toEqual([{ ...before, heartbeatAt: expect.any(Date) }]);
  });

  it('registers two first uploads of one supplier at the same time', async () => {
    const { database } = await createTestDatabase();
    const registered = await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) =>
        registerImport({ database }, { upload: anUpload({ key: `acme/${name}.csv` }), execution: execution(name) }),
      ),
    );
    expect(new Set(registered.map(({ supplierId }) => supplierId)).size).toBe(1);
    expect(await database.$count(imports)).toBe(4);
  });

  it.each([
    { newer: 'runs', status: 'running' },
    { newer: 'is imported', status: 'completed_with_problems' },
  ] as const)('refuses a version of a file whose newer version $newer, under its supplier', async ({ status }) => {
    const { database } = await createTestDatabase();
    const [older, newer] = ['00FF', '0100'].map((sequencer) => anUpload({ sequencer, versionId: sequencer }));
    await registerImport({ database }, { upload: newer ?? anUpload(), execution: execution('newer') });
    await database.update(imports).set({ status });
    const registering = registerImport({ database }, { upload: older ?? anUpload(), execution: execution('older') });
    await expect(registering).rejects.toMatchObject({
      name: 'ObjectReplaced',
      message: expect.stringContaining('newer version'),
    });
    expect(await database.$count(imports, eq(imports.executionArn, 'arn:execution:older'))).toBe(1);
  });

  it.each([
    { what: 'is older', sequencer: '9', status: 'completed' },
    { what: 'is newer and failed', sequencer: 'B', status: 'failed' },
  ] as const)('takes a version of a file whose other version $what', async ({ sequencer, status }) => {
    const { database } = await createTestDatabase();
    const other = { upload: anUpload({ sequencer, versionId: 'other' }), execution: execution('other') };
    await registerImport({ database }, other);
    await database.update(imports).set({ status });
    const upload = anUpload({ sequencer: 'A', versionId: 'this' });
    expect(await registerImport({ database }, { upload, execution: execution('this') })).toBeDefined();
  });

  it('lets another execution take over an import that was interrupted, and compare its products anew', async () => {
    const { database } = await createTestDatabase();
    const upload = anUpload();
    const first = await registerImport({ database }, { upload, execution: execution('one') });
    await writeChunk(database, { upload, import: first, execution: execution('one') }, [aProduct()]);
    const failed = {
      status: 'failed',
      error: 'ExecutionAborted',
      errorMessage: 'Stopped',
      finishedAt: new Date(),
    } as const;
    await database.update(imports).set({ ...failed, startedAt: new Date(0) });
    const second = await registerImport({ database }, { upload, execution: execution('two') });
    expect(second.importId).toBe(first.importId);
    const [row] = await database.select().from(imports).where(eq(imports.id, first.importId));
    expect(row).toMatchObject({
      status: 'running',
      executionArn: 'arn:execution:two',
      error: null,
      errorMessage: null,
      finishedAt: null,
    });
    expect(row?.startedAt.getTime()).toBeGreaterThan(0);
    expect(await database.$count(importChunks)).toBe(0);
  });

  it.each([
    'stray.xlsx',
    '/x.xlsx',
    'acme/',
    '-x/a.csv',
    `${'x'.repeat(64)}/a.csv`,
    'a b/c.csv',
    'acme/a\0b.csv',
    'acme/\ud800.csv',
  ])('refuses the key %s and writes nothing', async (key) => {
    const { database } = await createTestDatabase();
    const registering = registerImport({ database }, { upload: anUpload({ key }), execution: execution('one') });
    await expect(registering).rejects.toMatchObject({ name: 'UnsupportedObjectKey' });
    expect(await database.$count(imports)).toBe(0);
  });

  it.each([
    { file: 'brochure.pdf', found: 'is .pdf' },
    { file: 'old.numbers', found: 'is .numbers' },
    { file: 'noextension', found: 'has no extension' },
    { file: 'v1.2/readme', found: 'has no extension' },
    { file: 'a.xlsx.exe', found: 'is .exe' },
  ])('refuses $file with the types it reads, under its supplier', async ({ file, found }) => {
    const { database } = await createTestDatabase();
    const upload = anUpload({ key: `acme/${file}` });
    const registering = registerImport({ database }, { upload, execution: execution('one') });
    await expect(registering).rejects.toMatchObject({
      name: 'UnsupportedFileType',
      message: `The file "${file}" ${found}: expected one of .xlsx, .xls, .xlsb, .ods, .csv, .tsv, .txt, .json, .jsonl, .ndjson, .zip, .gz.`,
    });
    expect(await database.select().from(imports)).toMatchObject([{ supplierId: expect.any(Number) }]);
  });
});
