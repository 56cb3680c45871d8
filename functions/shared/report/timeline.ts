import { h, type JSX } from 'preact';
import type { ImportSummary } from '../../../workflows/payloads/summary.ts';
import { duration, Time } from './format.ts';

/** How long it took, as far as the import's row tells: the time of each state is in the execution's history. */
export function Timeline({ uploadedAt, startedAt, finishedAt, executionArn }: ImportSummary): JSX.Element {
  const waited = Date.parse(startedAt) - Date.parse(uploadedAt);
  const ran = Date.parse(finishedAt) - Date.parse(startedAt);
  const step = (label: string, at: string, note: string) => [
    h('dt', null, label),
    h('dd', null, [h(Time, { at }), ' ', h('span', { class: 'note' }, note)]),
  ];
  return h('section', { 'aria-labelledby': 'time' }, [
    h('h2', { id: 'time' }, 'How long it took'),
    h('dl', { class: 'times' }, [
      step('Dropped', uploadedAt, ''),
      step('Started', startedAt, `after ${duration(waited)}`),
      step('Finished', finishedAt, `after another ${duration(ran)}`),
    ]),
    h('p', { class: 'note' }, [
      'The time of each step is in the history of the execution ',
      h('code', null, executionArn),
    ]),
  ]);
}
