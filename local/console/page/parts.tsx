import type { ComponentChildren } from 'preact';
import { count, words } from './format.ts';

/** How a status is drawn: by a sign and a word, never by its colour alone. */
const signs: Record<string, string> = {
  running: '●',
  succeeded: '✓',
  completed: '✓',
  'completed with problems': '!',
  caught: '!',
  failed: '✕',
  'timed out': '✕',
  'given up': '✕',
  aborted: '■',
  stopped: '■',
  waiting: '○',
  retried: '↻',
};

export function Status({ value }: { value: string }) {
  const status = words(value);
  return (
    <span class={`status ${status.replaceAll(' ', '-')}`}>
      <span aria-hidden="true">{signs[status] ?? '•'}</span> {status}
    </span>
  );
}

export function Progress({ done, total, of }: { done: number; total: number; of: string }) {
  if (total === 0) return <span class="faint">–</span>;
  return (
    <span class="progress">
      <progress aria-label={of} value={done} max={total} />
      <span>
        {count(done)} of {count(total)}
      </span>
    </span>
  );
}

export function Problem({ message }: { message: string | null }) {
  return message === null ? null : (
    <p class="problem" role="alert">
      {message}
    </p>
  );
}

/** A table that scrolls by itself where it is too wide. */
export function Table(props: {
  label: string;
  heads: string[];
  /** Those of columns of numbers. */
  numbers?: string[];
  /** Where the page is narrow, each row is a card. */
  isCards?: boolean;
  /** Its rows. */
  children: ComponentChildren;
}) {
  const { label, heads, numbers = [], isCards, children } = props;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <section class="frame" aria-label={label} tabIndex={0}>
      <table class={isCards ? 'cards' : undefined}>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} class={numbers.includes(head) ? 'number' : undefined}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}

/** One of the counts of a `<dl class="counts">`. */
export function Count({ of, value }: { of: string; value: number }) {
  return (
    <div>
      <dt>{of}</dt>
      <dd>{count(value)}</dd>
    </div>
  );
}
