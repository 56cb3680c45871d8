import Table from 'cli-table3';
import type { ImportSummary } from '../../workflows/payloads/summary.ts';
import type { SupplierSettings } from '../../workflows/payloads/supplier.ts';
import type { UndoSummary } from '../../workflows/payloads/undo.ts';
import type { DryRun } from '../dry-run.ts';

/** A line above, below and beneath the head, none between rows. */
const plain = {
  style: { head: [], border: [] },
  chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
};

/** Names and numbers, the numbers to the right. */
export function countsTable(rows: readonly [string, number][]): string {
  const table = new Table({ ...plain, colAligns: ['left', 'right'] });
  table.push(...rows);
  return table.toString();
}

/** The outcome of an import as tables for a terminal. */
export function summaryTable(summary: ImportSummary): string {
  const { rows, products, images } = summary;
  const lines = [
    `${summary.file}: ${summary.status.replaceAll('_', ' ')} (${summary.format ?? 'unknown format'})`,
    countsTable([
      ['rows read', rows.read],
      ['rows skipped', rows.skipped],
      ['rows rejected', rows.rejected],
      ['products created', products.created],
      ['products updated', products.updated],
      ['products unchanged', products.unchanged],
      ['products deactivated', products.deactivated],
      ...fieldCounts(summary.changes),
      ['distinct images', images.distinct],
      ['images converted', images.converted],
      ['images waiting for a later try', images.waiting],
      ['images given up', images.failed],
      ...Object.entries(images.errors).map(([code, count]): [string, number] => [`  ${code}`, count]),
    ]),
  ];
  lines.push(...problemsTable(summary.problems.top));
  lines.push(`report: ${summary.reports.report} in the reports bucket`);
  if (summary.reports.changes) lines.push(`changes: ${summary.reports.changes} in the reports bucket`);
  if (summary.reports.problems) lines.push(`problems: ${summary.reports.problems} in the reports bucket`);
  if (summary.reports.rejected) lines.push(`rejected rows: ${summary.reports.rejected} in the reports bucket`);
  if (summary.reports.columns) lines.push(`columns: ${summary.reports.columns} in the reports bucket`);
  return lines.join('\n');
}

/** A supplier's settings, as `--set` takes them. */
export function settingsTable({
  supplier,
  headers,
  column_mapping,
  ...settings
}: NonNullable<SupplierSettings>): string {
  const table = new Table(plain);
  const shown = [
    ...Object.entries(settings),
    ...Object.entries(headers).map(([name, value]) => [`headers.${name}`, value] as const),
    ...Object.entries(column_mapping).map(([header, target]) => [`column_mapping.${header}`, target] as const),
  ];
  table.push(...shown.map(([name, value]) => [printable(name), printable(String(value ?? ''))]));
  return `${supplier}\n${table}`;
}

/** Headers come from suppliers' files: what a terminal would obey is left out. */
const printable = (text: string) => text.replace(/\p{Cc}/gu, '\ufffd');

/** What an undo came to, or would. */
export function undoTable(summary: UndoSummary): string {
  const { dryRun, undoes, restored, differences, reports } = summary;
  const would = dryRun ? 'that would be ' : '';
  const verdict = dryRun
    ? `Import ${undoes}, if it were undone now:`
    : restored
      ? `Import ${undoes} is undone: the catalog of ${summary.supplier} is what it was before.`
      : `Import ${undoes} is undone, but the catalog of ${summary.supplier} is not what it was before:`;
  const lines = [
    verdict,
    countsTable([
      [`products ${would}restored`, summary.products],
      [`products ${would}left alone`, summary.leftAlone],
      ...fieldCounts(summary.changes),
    ]),
    `fingerprint: ${summary.fingerprint}`,
    ...differences.slice(0, 20).map(({ code, reason }) => `${code}: ${reason}`),
  ];
  if (restored === false && differences.length === 0) {
    lines.push(
      summary.fingerprintBefore === null
        ? 'The fingerprint of the catalog before was not kept.'
        : 'No product has been changed since: the tables themselves have (a column was added), or another import wrote at the same time.',
    );
  }
  if (reports.differences) lines.push(`all differences: ${reports.differences} in the reports bucket`);
  if (reports.changes) lines.push(`changes: ${reports.changes} in the reports bucket`);
  return lines.join('\n');
}

/** What an import would do. */
export function dryRunTable(dryRun: DryRun): string {
  const { file, supplier, format, rows, columns, products, changes, problems, reports } = dryRun;
  return [
    `${file} of ${supplier}, if it were imported now (${format}):`,
    countsTable([
      ['rows read', rows.read],
      ['rows that would be rejected', rows.rejected],
      ['products that would be created', products.created],
      ['products that would be updated', products.updated],
      ['products that would be left', products.unchanged],
      ['products that would be deactivated', products.deactivated],
      ...fieldCounts(changes),
    ]),
    columnsTable(columns),
    ...problemsTable(problems.top),
    ...reports.map((report) => `written: ${report}`),
  ].join('\n');
}

/** `  Price: 812`: products in which each field changed. */
function fieldCounts(changes: Record<string, number>): [string, number][] {
  return Object.entries(changes).map(([field, count]) => [`  ${field}`, count]);
}

/** What each column is read as, and why. */
function columnsTable(columns: DryRun['columns']): string {
  const table = new Table({
    ...plain,
    head: ['column', 'header', 'read as', 'why'],
    colWidths: [columns.every(({ place, column }) => place === column) ? 8 : 20, 34, 26, 52],
    wordWrap: true,
  });
  table.push(...columns.map(({ place, header, readAs, why }) => [printable(place), printable(header), readAs, why]));
  return table.toString();
}

/** The most frequent kinds of problem as a table; nothing where there are none. */
function problemsTable(top: ImportSummary['problems']['top']): string[] {
  if (top.length === 0) return [];
  const table = new Table({
    ...plain,
    head: ['problem', 'severity', 'count', 'first'],
    colWidths: [26, 10, 7, 80],
    wordWrap: true,
  });
  table.push(...top.map(({ code, severity, count, example }) => [code, severity, count, example]));
  return [table.toString()];
}
