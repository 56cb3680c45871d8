import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { withGeneratedTables } from '../../infrastructure/build/write-readme-tables.ts';

it('README has the image error codes of the code: npm run readme writes them', async () => {
  const readme = await readFile('README.md', 'utf8');
  expect(readme).toBe(withGeneratedTables(readme));
});

it.each(['README.md', 'CONTRIBUTING.md', 'RUNBOOK.md'])(
  '%s names only npm scripts and files that exist',
  async (file) => {
    const text = await readFile(file, 'utf8');
    const { scripts } = JSON.parse(await readFile('package.json', 'utf8'));
    const named = [...text.matchAll(/npm run ([a-z:]+)/g)].map(([, script]) => script ?? '');
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
    const links = [...text.matchAll(/\]\(([^)#:]+)(#[^)]*)?\)/g)].map(([, path]) => path ?? '');
    const missing = await Promise.all(
      links.map((path) =>
        readFile(path).then(
          () => null,
          () => path,
        ),
      ),
    );
    expect(missing.filter((path) => path !== null)).toEqual([]);
  },
);
