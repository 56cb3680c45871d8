import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSettings, SettingsError } from '../../infrastructure/settings/read-settings.ts';
import { defaultSettings } from '../../infrastructure/settings/settings.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'supplier-import-settings-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function file(content: unknown): Promise<string> {
  const path = join(directory, 'settings.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe('settings', () => {
  it('are the defaults in production, whatever flags CDK brings along', async () => {
    const { context } = JSON.parse(await readFile('cdk.json', 'utf8'));
    expect(readSettings({ ...context, 'aws:cdk:enable-path-metadata': true })).toEqual({
      stackName: 'SupplierImport',
      settings: defaultSettings,
      protect: true,
    });
  });

  it('are small in development, in a stack of their own', () => {
    const { stackName, settings } = readSettings({ environment: 'development' });
    expect(stackName).toBe('SupplierImportDevelopment');
    expect(settings.database).toMatchObject({ multiAz: false, instanceType: 't4g.small', writersPerImport: 4 });
  });

  it('of a file go on top of the environment, key by key', async () => {
    const settings = await file({ database: { backupDays: 7 }, conversion: { timeouts: { total: 20 } } });
    const read = readSettings({ environment: 'development', settings }).settings;
    expect(read.database).toMatchObject({ backupDays: 7, multiAz: false });
    expect(read.conversion.timeouts).toEqual({ ...defaultSettings.conversion.timeouts, total: 20 });
  });

  it.each<[string, unknown, string]>([
    ['an unknown section', { image: {} }, 'Unrecognized key: "image"'],
    ['an unknown setting', { images: { batchSise: 5 } }, 'images: Unrecognized key: "batchSise"'],
    [
      'an unknown setting of the conversion',
      { conversion: { timeouts: { totl: 5 } } },
      'conversion.timeouts.totl is no setting',
    ],
    ['a value of the wrong type', { sweep: { everyHours: '2' } }, 'sweep.everyHours: Invalid input: expected number'],
    ['a value out of bounds', { sweep: { everyHours: 25 } }, 'sweep.everyHours: Too big'],
    [
      'too little memory for a heavy .xls',
      { parsing: { memoryMegabytes: 1536 } },
      'parsing.memoryMegabytes: Too small',
    ],
    ['values that do not fit together', { sweep: { maxReceiveCount: 20 } }, 'A message may be in the queue for'],
    ['no JSON', 'images: {}', 'it holds no JSON object'],
    ['a list', [], 'it holds no JSON object'],
  ])('of a file with %s are refused in one line that names the file', async (_title, content, message) => {
    const settings = await file(content);
    const read = () => readSettings({ settings });
    expect(read).toThrow(SettingsError);
    expect(read).toThrow(settings);
    expect(read).toThrow(message);
    expect(read).not.toThrow('\n');
  });

  it.each<[string, Record<string, unknown>, string]>([
    [
      'an unknown environment',
      { environment: 'prod' },
      '-c environment=prod is unknown: expected production or starter or development',
    ],
    [
      'a file that is not there',
      { settings: 'nowhere.json' },
      '-c settings=nowhere.json: expected the path of a JSON file',
    ],
    ['a misspelt name', { enviroment: 'development' }, '-c enviroment is unknown: expected environment or settings'],
  ])('asked for with %s are refused in one line', (_title, context, message) => {
    expect(() => readSettings(context)).toThrow(message);
  });
});
