import { h, type JSX } from 'preact';
import type { ImportSummary } from '../../../workflows/payloads/summary.ts';
import { duration, Time } from './format.ts';

/** How long each step took; one that the import did not get to is left out. */
export function Timeline({ uploadedAt, startedAt, finishedAt, steps, executionArn }: ImportSummary): JSX.Element {
  const { parsedAt, writtenAt } = steps;
  const done: [label: string, at: string | null][] = [
    ['Dropped', uploadedAt],
    ['Started', startedAt],
    ['Spreadsheet read', parsedAt],
    ['Products written', writtenAt],
    [writtenAt === null ? 'Finished' : 'Images converted', finishedAt],
  ];
  const reached = done.flatMap(([label, at]) => (at === null ? [] : [{ label, at }]));
  return h('section', { 'aria-labelledby': 'time' }, [
    h('h2', { id: 'time' }, 'How long each step took'),
    h(
      'dl',
      { class: 'times' },
      reached.flatMap(({ label, at }, index) => [
        h('dt', null, label),
        h('dd', null, [h(Time, { at }), ' ', h('span', { class: 'note' }, tookSince(reached[index - 1]?.at, at))]),
      ]),
    ),
    h('p', { class: 'note' }, [
      'The time of each state is in the history of the execution ',
      h('code', null, executionArn),
    ]),
  ]);
}

function tookSince(before: string | undefined, at: string): string {
  return before === undefined ? '' : duration(Date.parse(at) - Date.parse(before));
}
