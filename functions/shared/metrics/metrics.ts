import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { ImageOutcome } from '../../../workflows/payloads/images.ts';
import type { ImportSummary } from '../../../workflows/payloads/summary.ts';
import type { SweepResult } from '../../../workflows/payloads/sweep.ts';
import { codeOfCrash } from '../images/crash-code.ts';
import {
  countedOutcome,
  metricDefinitions,
  metricNamespace,
  otherValue,
  type PlainMetricName,
  refusalNames,
  type SplitMetricName,
} from './metric-definitions.ts';

/** Its service is POWERTOOLS_SERVICE_NAME, so that two stacks in one account keep their metrics and alarms apart. */
const metrics = new Metrics({ namespace: metricNamespace });

/** Writes metrics that have no dimension of their own as one log line in CloudWatch's embedded format. */
export function emit(values: Partial<Record<PlainMetricName, number>>): void {
  for (const [name, value] of Object.entries(values)) {
    metrics.addMetric(name, unitOf(name as PlainMetricName), value);
  }
  metrics.publishStoredMetrics();
}

/** Writes a metric by the values of its dimension, one line each, and without it, for alarms: they cannot add values up. */
function emitSplit(name: SplitMetricName, counts: ReadonlyMap<string, number>): void {
  const { dimension, values } = metricDefinitions[name];
  const known: readonly string[] = values;
  for (const [value, count] of counts) {
    metrics.addDimensions({});
    metrics.addDimensions({ [dimension]: known.includes(value) ? value : otherValue });
    metrics.addMetric(name, unitOf(name), count);
    metrics.publishStoredMetrics();
  }
}

/** record-images: a batch of outcomes, by outcome and by error code. */
export function emitImagesRecorded(outcomes: readonly ImageOutcome[]): void {
  emitSplit('ImagesRecorded', countBy(outcomes.map(({ status }) => countedOutcome(status))));
  emitSplit('ImagesFailed', countBy(outcomes.flatMap(codesOf)));
}

/** sweep-images: what the sweep did and what it left behind. */
export function emitSweep(
  { queued }: Pick<SweepResult, 'queued'>,
  { waiting, oldestSeconds }: { waiting: number; oldestSeconds: number },
): void {
  emit({ SweepQueued: queued, WaitingImages: waiting, OldestWaitingImageSeconds: oldestSeconds });
}

/** finish-import: seconds from the upload to now, and whether its supplier's images fail. */
export function emitImportFinished(summary: ImportSummary): void {
  const seconds = (Date.parse(summary.finishedAt) - Date.parse(summary.uploadedAt)) / 1000;
  // The clocks of S3 and Lambda may differ by more than the shortest import takes.
  emit({ SecondsToPublished: Math.max(0, seconds), ...(mostImagesFail(summary) && { SuppliersFailing: 1 }) });
}

/**
 * True where more than half of the file's images, of at least 20, failed on their last attempt: the supplier's host is
 * down, refuses us, or the file is full of dead links, none of which a sweep is likely to cure.
 */
export function mostImagesFail({ images: { distinct, errors } }: Pick<ImportSummary, 'images'>): boolean {
  const failed = Object.values(errors).reduce((total, count) => total + count, 0);
  return distinct >= 20 && failed > distinct / 2;
}

/** fail-import: refused for what the file is, or failed by the system. */
export function emitImportFailed(error: string): void {
  emitSplit(refusalNames.includes(error) ? 'ImportsRefused' : 'ImportsFailed', new Map([[error, 1]]));
}

function codesOf(outcome: ImageOutcome): string[] {
  if (outcome.status === 'failed') return [outcome.code];
  return outcome.status === 'crashed' ? [codeOfCrash(outcome.error, outcome.cause).code] : [];
}

function countBy(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function unitOf(name: PlainMetricName | SplitMetricName) {
  return MetricUnit[metricDefinitions[name].unit];
}
