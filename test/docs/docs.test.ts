import { globSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { generatedParts, withPart } from '../../docs/generate/write-docs.ts';
import { supportedExtensions } from '../../functions/register-import/file-type.ts';

it('has in its pages what the code says: npm run docs writes it', async () => {
  for (const { file, name, text } of await generatedParts()) {
    const page = await readFile(file, 'utf8');
    expect(page, file).toBe(withPart(page, name, text));
  }
});

it.each([...globSync('*.md'), ...globSync('docs/*.md'), 'local/README.md'])(
  '%s names only npm scripts and files that exist',
  async (page) => {
    const text = await readFile(page, 'utf8');
    const { scripts } = JSON.parse(await readFile('package.json', 'utf8'));
    const named = [...text.matchAll(/npm run ([a-z:]+)/g)].map(([, script]) => script ?? '');
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
    const links = [...text.matchAll(/\]\(([^)#:]+)(#[^)]*)?\)/g)].map(([, path]) => path ?? '');
    const missing = await Promise.all(
      links.map((link) =>
        stat(join(dirname(page), link)).then(
          () => null,
          () => link,
        ),
      ),
    );
    expect(missing.filter((path) => path !== null)).toEqual([]);
  },
);

it('tells suppliers of every extension that is read', async () => {
  const page = await readFile('docs/suppliers.md', 'utf8');
  const [, inBraces = ''] = /\.\{([a-z,]+)\}/.exec(page) ?? [];
  expect(inBraces.split(',').map((extension) => `.${extension}`)).toEqual(supportedExtensions);
});
