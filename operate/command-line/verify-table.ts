import { accountedRows } from '../../workflows/payloads/summary.ts';
import type { VerifiedImport } from '../verify-import.ts';
import { countsTable } from './summary-table.ts';

const reasons = (counts: Record<string, number>) =>
  Object.entries(counts).map(([why, count]): [string, number] => [`  ${why}`, count]);

/** The receipt of an import for a terminal. */
export function verifiedImportTable(verified: VerifiedImport): string {
  const { importId, supplier, file, rows, products, images, differences } = verified;
  const verdict = verified.verified ? 'adds up' : 'does not add up';
  return [
    `Import ${importId}, ${file} of ${supplier}, ${verdict}:`,
    countsTable([
      ['rows read', rows.read],
      ['rows that became something', accountedRows(rows)],
      ['  a product', rows.products],
      ['  a further variant', rows.variants],
      ['  images', rows.images],
      ['  said more of a product', rows.additions],
      ['rows skipped', rows.skipped],
      ...reasons(rows.reasons.skipped),
      ['rows rejected', rows.rejected],
      ...reasons(rows.reasons.rejected),
      ['products of the file', products.listed],
      ['products that the import recorded', products.recorded],
      ['distinct images of the file', images.distinct],
      ['  converted', images.converted],
      ['  failed', images.failed],
      ['  waiting', images.waiting],
      ['  not asked for: superseded since', images.superseded],
    ]),
    ...differences,
  ].join('\n');
}
