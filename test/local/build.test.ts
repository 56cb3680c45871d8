import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { assemblyDirectory, stackName } from '../../local/assembly.ts';

it('names bundles from the assembly, so that a checkout may be moved with what was built', async () => {
  const manifest = await readFile(join(assemblyDirectory, `${stackName}.assets.json`), 'utf8');
  const { files }: { files: Record<string, { source: { path: string } }> } = JSON.parse(manifest);
  const paths = Object.values(files).map(({ source }) => source.path);
  expect(paths).toContain('../functions/write-products');
  expect(manifest).not.toContain(process.cwd());
});
