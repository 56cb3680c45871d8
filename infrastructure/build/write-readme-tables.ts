import { readFile, writeFile } from 'node:fs/promises';
import { imageErrorCodes } from '../../functions/shared/images/image-error-codes.ts';

/** README.md with what is generated into it from the code, between its markers. */
export function withGeneratedTables(readme: string): string {
  const [before, rest] = readme.split('<!-- image-error-codes -->');
  const after = rest?.split('<!-- /image-error-codes -->')[1];
  if (before === undefined || after === undefined) throw new Error('README.md lacks the markers image-error-codes');
  return `${before}<!-- image-error-codes -->\n\n${imageErrorCodesTable().trim()}\n\n<!-- /image-error-codes -->${after}`;
}

/** The table as Markdown, for the README. */
export function imageErrorCodesTable(): string {
  const rows = Object.entries(imageErrorCodes).map(
    ([code, { meaning, retry, action }]) => `| \`${code}\` | ${meaning} | ${retry ? 'yes' : 'no'} | ${action} |`,
  );
  return [
    '| Code | The image was not converted: | Retried | What to do |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

if (import.meta.main) {
  await writeFile('README.md', withGeneratedTables(await readFile('README.md', 'utf8')));
}
