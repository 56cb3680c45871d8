import { globSync, readFileSync } from 'node:fs';
import { dirname, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Every relative import of a source file, as paths from the root. Arrows between the top folders are biome.json's. */
function importsOf(file: string): string[] {
  const specifiers = readFileSync(file, 'utf8').matchAll(/(?:\bfrom|\bimport\(?)\s*'(\.[^']+)'/g);
  return [...specifiers].map(([, specifier = '']) => normalize(`${dirname(file)}/${specifier}`));
}

const room = (path: string) => path.split('/')[1];

const rooms = '{bench,docs,functions,infrastructure,local,operate,schema,test,workflows}';

it('no source file is over 250 lines', () => {
  const files = globSync(`${rooms}/**/*.{ts,tsx,css}`);
  const long = files
    .map((file) => ({ file, lines: readFileSync(file, 'utf8').split('\n').length - 1 }))
    .filter(({ lines }) => lines > 250);
  expect(files.length).toBeGreaterThan(500);
  expect(long).toEqual([]);
});

describe('the rooms of functions/', () => {
  it('know functions/shared and no function beside their own', () => {
    const files = globSync('functions/**/*.ts');
    const strangers = files.flatMap((file) =>
      importsOf(file)
        .filter((path) => path.startsWith('functions/') && ![room(file), 'shared'].includes(room(path)))
        .map((path) => `${file} imports ${path}`),
    );
    expect(files.length).toBeGreaterThan(100);
    expect(strangers).toEqual([]);
  });
});
