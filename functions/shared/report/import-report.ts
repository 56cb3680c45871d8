import { h, type JSX } from 'preact';
import { CameIn } from './bars.ts';
import { Foreign } from './format.ts';
import { ImageErrors } from './image-errors.ts';
import { ProblemList } from './problem-list.ts';
import { ProductGrid } from './product-grid.ts';
import { Refusal } from './refusal.ts';
import type { ReportData } from './report-data.ts';
import { ReportFiles } from './report-files.ts';
import { Timeline } from './timeline.ts';

const statuses = {
  completed: 'completed',
  completed_with_problems: 'completed with problems',
  failed: 'failed',
} as const;

/** The report of an import, for a page of its own and for the laptop's console alike; its looks are in style.ts. */
export function ImportReport({ summary, products, examples }: ReportData): JSX.Element {
  const { error, problems, images } = summary;
  const { created, updated, unchanged, deactivated } = summary.products;
  const listed = created + updated + unchanged;
  const cameIn = summary.rows.read + listed + deactivated > 0;
  const hasProblems = problems.errors + problems.warnings > 0;
  return h('article', { class: 'import-report' }, [
    h('header', null, [
      h('p', { class: 'supplier' }, [summary.supplier ?? 'no supplier', summary.format && ` · ${summary.format}`]),
      h('h1', null, h(Foreign, { text: summary.file })),
      h('p', { class: `status ${summary.status}` }, statuses[summary.status]),
    ]),
    error === null ? null : h(Refusal, { ...summary, error }),
    cameIn || error === null ? h(CameIn, summary) : null,
    hasProblems ? h(ProblemList, summary) : null,
    Object.keys(images.errors).length > 0 ? h(ImageErrors, { errors: images.errors, examples }) : null,
    listed > 0 ? h(ProductGrid, { products, total: listed }) : null,
    h(Timeline, summary),
    h(ReportFiles, summary),
  ]);
}
