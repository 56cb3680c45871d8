import { h, type JSX } from 'preact';

/** `1,204 products`, `1 product`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}

/** `2 h 5 min`, `3 min 20 s`, `4.2 s`; of milliseconds. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `2026-03-01 12:10:00 UTC`, of ISO 8601. */
export function Time({ at }: { at: string }): JSX.Element {
  return h('time', { dateTime: at }, `${at.slice(0, 19).replace('T', ' ')} UTC`);
}

/** A text of the supplier's, which may be written from right to left; what is longer than `most` characters is cut. */
export function Foreign({ text, most = 300 }: { text: string; most?: number }): JSX.Element {
  return h('bdi', null, text.length > most ? `${text.slice(0, most - 1).toWellFormed()}…` : text);
}

/** A sentence of ours, with what stands between backticks as code. */
export function Sentence({ text }: { text: string }): JSX.Element {
  return h(
    'span',
    null,
    text.split('`').map((part, index) => (index % 2 === 1 ? h('code', { key: index }, part) : part)),
  );
}
