import { h, type JSX } from 'preact';
import type { ImportSummary } from '../../../workflows/payloads/summary.ts';

type Name = keyof ImportSummary['reports'];

/** What each file beside the report is for, in the order of use. */
const purposes: Partial<Record<Name, string>> = {
  columns: 'what each column was read as: correct it and drop this file, and the import is repeated',
  rejected: 'the rejected rows with what is wrong in each cell: correct them and drop this file',
  problems: 'problems one a line, the first 100 of each kind',
  summary: 'these counts for programs',
};

/** Links to the files that lie in the report's own folder. */
export function ReportFiles({ reports }: ImportSummary): JSX.Element {
  return h('section', { 'aria-labelledby': 'files' }, [
    h('h2', { id: 'files' }, 'Files'),
    h(
      'ul',
      { class: 'files' },
      Object.entries(purposes).map(([name, purpose]) => {
        const file = reports[name as Name]?.split('/').at(-1);
        return file === undefined ? null : h('li', { key: name }, [h('a', { href: file }, file), `: ${purpose}`]);
      }),
    ),
  ]);
}
