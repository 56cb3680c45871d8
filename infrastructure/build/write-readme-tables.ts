import { readFile, writeFile } from 'node:fs/promises';
import { imageErrorCodesTable } from '../../functions/shared/images/image-error-codes.ts';

/** README.md with what is generated into it from the code, between its markers. */
export function withGeneratedTables(readme: string): string {
  const [before, rest] = readme.split('<!-- image-error-codes -->');
  const after = rest?.split('<!-- /image-error-codes -->')[1];
  if (before === undefined || after === undefined) throw new Error('README.md lacks the markers image-error-codes');
  return `${before}<!-- image-error-codes -->\n\n${imageErrorCodesTable().trim()}\n\n<!-- /image-error-codes -->${after}`;
}

if (import.meta.main) {
  await writeFile('README.md', withGeneratedTables(await readFile('README.md', 'utf8')));
}
