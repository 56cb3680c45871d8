import { expect, it } from 'vitest';
import { importAgain, importAgainEventSchema } from '../../../functions/start-import/import-again.ts';
import { anUpload } from '../../support/imports.ts';

const list = anUpload({ key: 'acme/list.csv', versionId: 'v1' });

/** The names under which imports were started for these columns.xlsx. */
async function namesFor(...columns: Parameters<typeof anUpload>[0][]): Promise<(string | null)[]> {
  const started: string[] = [];
  const startExecution = async (name: string) => {
    const exists = started.includes(name);
    started.push(name);
    return exists ? ('exists' as const) : ('started' as const);
  };
  const outcomes = [];
  for (const upload of columns) {
    const detail = { upload: anUpload({ key: 'acme/columns.xlsx', ...upload }), again: list };
    const event = importAgainEventSchema.parse({ 'detail-type': 'Import again', detail });
    outcomes.push(await importAgain({ startExecution }, event));
  }
  return outcomes.map(({ result, name }) => (result === 'started' ? name : result));
}

it('starts an import of the object under a name that tells it from its first one', async () => {
  const [name] = await namesFor({ versionId: 'c1' });
  expect(name).toMatch(/^acme-list-csv-[0-9a-f]{8}$/);
});

it('starts one for each drop of columns.xlsx, and none for a repeated event', async () => {
  const [first, repeated, second, renamed] = await namesFor(
    { versionId: 'c1' },
    { versionId: 'c1' },
    { versionId: 'c2' },
    { versionId: 'c1', key: 'acme/columns (1).xlsx' },
  );
  expect(repeated).toBe('exists');
  expect(new Set([first, second, renamed]).size).toBe(3);
});

it('starts nothing where there is nothing to import again', async () => {
  const startExecution = () => Promise.reject(new Error('started'));
  const detail = { upload: anUpload(), again: null };
  expect(await importAgain({ startExecution }, { 'detail-type': 'Import again', detail })).toEqual({
    result: 'ignored',
    name: null,
  });
});
