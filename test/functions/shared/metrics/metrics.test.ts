import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { imageErrorCodes } from '../../../../functions/shared/images/image-error-codes.ts';
import { metricDefinitions, refusalNames } from '../../../../functions/shared/metrics/metric-definitions.ts';
import { transientErrors } from '../../../../workflows/errors.ts';
import type { ImageOutcome } from '../../../../workflows/payloads/images.ts';
import type { ImportSummary } from '../../../../workflows/payloads/summary.ts';
import { captureLog, type EmittedMetric, totals } from '../../../support/embedded-metrics.ts';

let metrics: typeof import('../../../../functions/shared/metrics/metrics.ts');
beforeEach(async () => {
  vi.stubEnv('POWERTOOLS_SERVICE_NAME', 'Staging');
  vi.resetModules();
  metrics = await import('../../../../functions/shared/metrics/metrics.ts');
});

const failed = (code: string): ImageOutcome => ({
  imageId: 1,
  attempt: 1,
  firstByteMilliseconds: null,
  status: 'failed',
  code,
  message: 'No',
  retryAfterSeconds: null,
});
const crashed = (error: string, cause: string): ImageOutcome => ({
  imageId: 2,
  attempt: 1,
  status: 'crashed',
  error,
  cause,
});
const unchanged: ImageOutcome = { imageId: 3, attempt: 1, firstByteMilliseconds: null, status: 'not_modified' };

/** Every metric is one that is defined, with its unit, its stack and a value of its dimension that is in the list. */
function expectDefined(emitted: readonly EmittedMetric[]) {
  const definitions: Record<string, { unit: string; dimension?: string; values?: readonly string[] }> =
    metricDefinitions;
  for (const { name, unit, dimensions } of emitted) {
    const definition = definitions[name];
    expect(definition?.unit, name).toBe(unit);
    const { service, ...own } = dimensions;
    expect(service).toBe('Staging');
    for (const [dimension, value] of Object.entries(own)) {
      expect(dimension).toBe(definition?.dimension);
      expect(definition?.values).toContain(value);
    }
  }
}

describe('recorded images', () => {
  it('are counted by outcome and by error code, crashes by the code that their error stands for', async () => {
    const outcomes = [failed('NOT_FOUND'), failed('NOT_FOUND'), crashed('Sandbox.Timedout', '{}'), unchanged];
    const log = await captureLog(() => metrics.emitImagesRecorded(outcomes));
    expectDefined(log.metrics);
    expect(totals(log.metrics)).toEqual({
      ImagesRecorded: 4,
      'ImagesRecorded/failed': 3,
      'ImagesRecorded/not_modified': 1,
      ImagesFailed: 3,
      'ImagesFailed/NOT_FOUND': 2,
      'ImagesFailed/CONVERTER_TIMED_OUT': 1,
    });
  });

  it('never make more metrics than there are codes, whatever the outcomes say', async () => {
    const outcome = fc.oneof(
      fc.oneof(fc.string(), fc.constantFrom(...Object.keys(imageErrorCodes))).map(failed),
      fc.tuple(fc.string(), fc.string()).map(([error, cause]) => crashed(error, cause)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(outcome, { minLength: 1, maxLength: 40 }), async (outcomes) => {
        const log = await captureLog(() => metrics.emitImagesRecorded(outcomes));
        expectDefined(log.metrics);
        const sums = totals(log.metrics);
        expect(sums.ImagesRecorded).toBe(outcomes.length);
        expect(sums.ImagesFailed).toBe(outcomes.length);
      }),
      { numRuns: 50 },
    );
  });
});

describe('an import that failed', () => {
  it.each([
    ...refusalNames.map((error) => ({ error, expected: 'ImportsRefused', as: error })),
    ...Object.values(transientErrors).map((error) => ({ error, expected: 'ImportsFailed', as: error })),
    { error: 'ExecutionAborted', expected: 'ImportsFailed', as: 'ExecutionAborted' },
    { error: 'StepFunctions.Timeout', expected: 'ImportsFailed', as: 'StepFunctions.Timeout' },
    { error: 'TypeError', expected: 'ImportsFailed', as: 'Other' },
    { error: 'a supplier’s own text', expected: 'ImportsFailed', as: 'Other' },
  ])('with $error counts as $expected/$as', async ({ error, expected, as }) => {
    const log = await captureLog(() => metrics.emitImportFailed(error));
    expectDefined(log.metrics);
    expect(totals(log.metrics)).toEqual({ [expected]: 1, [`${expected}/${as}`]: 1 });
  });

  it('knows the errors of files from those of the system', () => {
    expect(refusalNames).toContain('CorruptSpreadsheet');
    expect(refusalNames).toContain('FeedWouldDeactivateTooMuch');
    for (const name of Object.values(transientErrors)) expect(refusalNames).not.toContain(name);
  });
});

describe('a supplier', () => {
  const summary = (distinct: number, errors: Record<string, number>): Pick<ImportSummary, 'images'> => ({
    images: { distinct, converted: 0, failed: 0, waiting: 0, errors },
  });
  it.each<{ distinct: number; errors: Record<string, number>; fails: boolean }>([
    { distinct: 20, errors: { NOT_FOUND: 6, TIMEOUT: 5 }, fails: true },
    { distinct: 20, errors: { NOT_FOUND: 10 }, fails: false },
    { distinct: 19, errors: { NOT_FOUND: 19 }, fails: false },
    { distinct: 10_000, errors: {}, fails: false },
  ])('with $errors of $distinct images is failing: $fails', ({ distinct, errors, fails }) => {
    expect(metrics.mostImagesFail(summary(distinct, errors))).toBe(fails);
  });
});

it('a sweep says what it queued and what it left', async () => {
  const log = await captureLog(() => metrics.emitSweep({ queued: 7 }, { waiting: 9, oldestSeconds: 12.5 }));
  expectDefined(log.metrics);
  expect(totals(log.metrics)).toEqual({ SweepQueued: 7, WaitingImages: 9, OldestWaitingImageSeconds: 12.5 });
});
