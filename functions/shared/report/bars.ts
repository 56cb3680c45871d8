import { h, type JSX } from 'preact';
import type { ImportSummary } from '../../../workflows/payloads/summary.ts';

/** `good` came in, `same` was there, `later` comes by itself, `bad` did not come in. */
type Tone = 'good' | 'changed' | 'same' | 'later' | 'bad';
type Part = { label: string; count: number; tone: Tone };

/** What came in: rows, products and images, each as a bar of its parts and the same in numbers. */
export function CameIn({ rows, products, images }: ImportSummary): JSX.Element {
  return h('section', { 'aria-labelledby': 'came-in' }, [
    h('h2', { id: 'came-in' }, 'What came in'),
    h(Bar, {
      title: 'Rows',
      parts: [
        { label: 'accepted', count: rows.read - rows.rejected - rows.skipped, tone: 'good' },
        { label: 'skipped', count: rows.skipped, tone: 'same' },
        { label: 'rejected', count: rows.rejected, tone: 'bad' },
      ],
    }),
    h(Bar, {
      title: 'Products',
      parts: [
        { label: 'created', count: products.created, tone: 'good' },
        { label: 'updated', count: products.updated, tone: 'changed' },
        { label: 'unchanged', count: products.unchanged, tone: 'same' },
        { label: 'deactivated', count: products.deactivated, tone: 'bad' },
      ],
    }),
    h(Bar, {
      title: 'Images',
      parts: [
        { label: 'converted', count: images.converted, tone: 'good' },
        { label: 'waiting for a later try', count: images.waiting, tone: 'later' },
        { label: 'given up', count: images.failed, tone: 'bad' },
      ],
    }),
  ]);
}

/** Widths are attributes of SVG: a style attribute is what the page's Content-Security-Policy refuses. */
function Bar({ title, parts }: { title: string; parts: readonly Part[] }): JSX.Element {
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  let start = 0;
  const shares = parts.map(({ count, tone }) => {
    const width = total === 0 ? 0 : (count / total) * 100;
    const share = h('rect', { key: tone, class: tone, x: start, width, height: 1 });
    start += width;
    return share;
  });
  return h('div', { class: 'counts' }, [
    h('h3', null, [title, ' ', h('span', { class: 'total' }, total.toLocaleString('en-US'))]),
    h('svg', { viewBox: '0 0 100 1', preserveAspectRatio: 'none', 'aria-hidden': 'true' }, shares),
    h(
      'dl',
      null,
      parts.map(({ label, count, tone }) =>
        h('div', { key: label, class: count === 0 ? 'none' : undefined }, [
          h('dt', null, [h('i', { class: tone, 'aria-hidden': 'true' }), label]),
          h('dd', null, count.toLocaleString('en-US')),
        ]),
      ),
    ),
  ]);
}
