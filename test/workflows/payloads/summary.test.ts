import { expect, it } from 'vitest';
import { imageErrorCodes } from '../../../functions/shared/images/image-error-codes.ts';
import { reportKeys } from '../../../functions/shared/imports/object-keys.ts';
import { allFields, traitsOf } from '../../../schema/fields/fields.ts';
import { parsedSpreadsheetBytes } from '../../../workflows/payloads/import-states.ts';
import { importSummaryBytes, importSummarySchema } from '../../../workflows/payloads/summary.ts';

it('a summary stays within its bound, whatever the file is called and whatever went wrong', () => {
  const most = 2 ** 31 - 1;
  const counts = (keys: string[]) => Object.fromEntries(keys.map((key) => [key, most]));
  const supplier = 's'.repeat(63);
  const execution = 'e'.repeat(80);
  const time = new Date(0).toISOString();
  // The problems are Parse spreadsheet's, within a bound of their own.
  const besideProblems = importSummarySchema.parse({
    status: 'completed_with_problems',
    supplier,
    // The longest key that S3 takes, each character of which JSON escapes.
    file: '\u0001'.repeat(1024),
    executionArn: `arn:aws:states:us-east-1:000000000000:execution:${'m'.repeat(80)}:${execution}`,
    ...{ uploadedAt: time, startedAt: time, finishedAt: time },
    format: 'f'.repeat(100),
    rows: { read: most, rejected: most },
    products: { created: most, updated: most, unchanged: most, deactivated: most },
    images: {
      distinct: most,
      converted: most,
      failed: most,
      waiting: most,
      errors: counts(Object.keys(imageErrorCodes)),
    },
    changes: counts(['attributes', ...allFields.map((field) => traitsOf(field).label)]),
    problems: { errors: most, warnings: most, top: [] },
    reports: {
      report: reportKeys.report(supplier, execution),
      summary: reportKeys.summary(supplier, execution),
      problems: reportKeys.problems(supplier, execution),
      rejected: reportKeys.rejected(supplier, execution),
      changes: reportKeys.changes(supplier, execution),
    },
    error: { name: 'n'.repeat(256), message: '\u0001'.repeat(500) },
  });
  const bytes = Buffer.byteLength(JSON.stringify(besideProblems));
  expect(bytes + parsedSpreadsheetBytes).toBeLessThan(importSummaryBytes);
});
