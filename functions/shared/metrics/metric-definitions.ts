import * as errors from '../../../workflows/errors.ts';
import { type ImageOutcome, imageOutcomeSchema } from '../../../workflows/payloads/images.ts';
import { imageErrorCodes } from '../images/image-error-codes.ts';

export const metricNamespace = 'SupplierImport';
/** The dimension that all metrics have: the stack, from POWERTOOLS_SERVICE_NAME. */
export const serviceDimension = 'service';

/** Stands for every value of a dimension that is not in its list: a metric is paid by the number of values it has. */
export const otherValue = 'Other';

/** Names of the errors that are the file's fault: its sender mends it, nobody is paged. */
export const refusalNames: readonly string[] = Object.values(errors)
  .filter(isRefusal)
  .map((Refusal) => new Refusal('').name);

/** Names that systems' failures have, as fail-import, Lambda and our own errors spell them. */
const failureNames = [
  ...Object.values(errors.transientErrors),
  'ExecutionAborted',
  'ExecutionTimedOut',
  'ExecutionFailed',
  'StepFunctions.Timeout',
  'StepFunctions.ExceedToleratedFailureThreshold',
  'StepFunctions.ItemReaderFailed',
  'StepFunctions.ResultWriterFailed',
  'StepFunctions.DataLimitExceeded',
  'StepFunctions.Runtime',
  'StepFunctions.Permissions',
  'Sandbox.Timedout',
  'Runtime.OutOfMemory',
  'Lambda.TooManyRequestsException',
  'Lambda.ResourceNotReadyException',
];

/** A crash is counted as a failure. */
type CountedOutcome = Exclude<ImageOutcome['status'], 'crashed'>;
const imageOutcomes: readonly CountedOutcome[] = [
  ...new Set(imageOutcomeSchema.options.map(({ shape }) => countedOutcome(shape.status.value))),
];

/**
 * Every metric of the functions: its unit, where it is emitted, and the one dimension that it may have besides the
 * service, with all the values that one may take. infrastructure/ names no other.
 */
export const metricDefinitions = {
  /** Rows of spreadsheets, below their headers. parse-spreadsheet. */
  RowsRead: { unit: 'Count' },
  RowsRejected: { unit: 'Count' },
  /** Products by what write-products did with them, chunk by chunk; a chunk delivered twice counts twice. */
  ProductsCreated: { unit: 'Count' },
  ProductsUpdated: { unit: 'Count' },
  ProductsUnchanged: { unit: 'Count' },
  /** Products that a full feed no longer lists. deactivate-missing. */
  ProductsDeactivated: { unit: 'Count' },
  /** Attempts to convert an image. record-images; a batch delivered twice counts twice. */
  ImagesRecorded: { unit: 'Count', dimension: 'outcome', values: imageOutcomes },
  /** Those that failed, by error code. record-images. */
  ImagesFailed: { unit: 'Count', dimension: 'code', values: [...Object.keys(imageErrorCodes), otherValue] },
  /** From the upload to the end of its import. finish-import. */
  SecondsToPublished: { unit: 'Seconds' },
  /** Imports that ended with an error of the file. fail-import. */
  ImportsRefused: { unit: 'Count', dimension: 'error', values: refusalNames },
  /** Imports that ended with any other error: somebody is paged. fail-import. */
  ImportsFailed: { unit: 'Count', dimension: 'error', values: [...failureNames, otherValue] },
  /** Imports most of whose images failed; the log has the supplier, which as a dimension would make 3,000 metrics. finish-import. */
  SuppliersFailing: { unit: 'Count' },
  /** Images in no known state. finish-import and sweep-images. */
  ConservationBreach: { unit: 'Count' },
  /** Images that a sweep put into the queue. sweep-images. */
  SweepQueued: { unit: 'Count' },
  /** Images that sweeps have to look at, now or later, when one ended. sweep-images. */
  WaitingImages: { unit: 'Count' },
  /** How long the longest overdue of them has been due, when a sweep ended. sweep-images. */
  OldestWaitingImageSeconds: { unit: 'Seconds' },
} as const satisfies Record<string, MetricDefinition>;

type MetricDefinition = {
  unit: 'Count' | 'Seconds';
  dimension?: string;
  values?: readonly string[];
};
export type MetricName = keyof typeof metricDefinitions;

/** Metrics of which there is one per service, and those that are split by a dimension as well. */
export type SplitMetricName = 'ImagesRecorded' | 'ImagesFailed' | 'ImportsRefused' | 'ImportsFailed';
export type PlainMetricName = Exclude<MetricName, SplitMetricName>;

/** The outcome that an attempt is counted as. */
export function countedOutcome(status: ImageOutcome['status']): CountedOutcome {
  return status === 'crashed' ? 'failed' : status;
}

function isRefusal(value: unknown): value is typeof errors.ImportRefusedError {
  if (typeof value !== 'function') return false;
  return value === errors.ImportRefusedError || value.prototype instanceof errors.ImportRefusedError;
}
