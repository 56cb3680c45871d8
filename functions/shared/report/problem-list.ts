import { h, type JSX } from 'preact';
import type { ImportSummary } from '../../../workflows/payloads/summary.ts';
import { counted, Foreign, Sentence } from './format.ts';
import { meaningOf, mendingOf } from './problem-kinds.ts';

/** Problems of the spreadsheet by kind: what it means, the first cell that has it, and how to mend it. */
export function ProblemList({ problems: { errors, warnings, top } }: ImportSummary): JSX.Element {
  const listed = top.reduce((sum, { count }) => sum + count, 0);
  return h('section', { 'aria-labelledby': 'problems' }, [
    h('h2', { id: 'problems' }, 'Problems in the spreadsheet'),
    h(
      'p',
      null,
      `${counted(errors, 'error')}, for which rows were rejected, and ${counted(warnings, 'warning')}, with which they came in.`,
    ),
    h(
      'ul',
      { class: 'findings' },
      top.map(({ code, severity, count, example }) =>
        h('li', { key: code, class: severity }, [
          h('h3', null, [h('span', { class: 'count' }, `${count.toLocaleString('en-US')} ×`), ' ', meaningOf(code)]),
          h('p', null, [h(Foreign, { text: example, most: 400 })]),
          h('p', null, [h('b', null, 'What to do: '), h(Sentence, { text: mendingOf(code, severity) })]),
          h('p', { class: 'code' }, `${severity} ${code}`),
        ]),
      ),
    ),
    errors + warnings > listed
      ? h('p', null, `${(errors + warnings - listed).toLocaleString('en-US')} of rarer kinds are in problems.csv.`)
      : null,
  ]);
}
