/**
 * The error names that Retry and Catch match, shared with the functions that throw them. Lambda reports an error's
 * `name` as the errorType, which Step Functions compares with ErrorEquals.
 */

/** A user's file cannot be imported as it is: never retried; the message is the sentence the operator reads. */
export class ImportRefusedError extends Error {
  override name = 'ImportRefused';

  constructor(message: string, options?: ErrorOptions) {
    // It may quote names of a hostile file, and travels as the cause of an execution.
    super(message.length > 1000 ? `${message.slice(0, 999)}…`.toWellFormed() : message, options);
  }
}

/** The import was undone, and is to write nothing more. */
export class ImportUndoneError extends ImportRefusedError {
  override name = 'ImportUndone';
}
/** What the undo asked for cannot be had: the message says why. */
export class CannotUndoError extends ImportRefusedError {
  override name = 'CannotUndo';
}
/** The object key is not `{supplier}/{file name}`. */
export class UnsupportedObjectKeyError extends ImportRefusedError {
  override name = 'UnsupportedObjectKey';
}
/** The supplier's row holds more settings than an execution can carry. */
export class SettingsTooLargeError extends ImportRefusedError {
  override name = 'SettingsTooLarge';
}
/** The file is of a kind this import does not read (.xls, .ods, PDF …), whatever its name says. */
export class UnsupportedFileTypeError extends ImportRefusedError {
  override name = 'UnsupportedFileType';
}
/** The file says what it is but cannot be read: truncated, damaged, or not what its name says. */
export class CorruptSpreadsheetError extends ImportRefusedError {
  override name = 'CorruptSpreadsheet';
}
/** The workbook is encrypted. */
export class PasswordProtectedError extends ImportRefusedError {
  override name = 'PasswordProtected';
}
/** Zero bytes, or a header without a single row below it. */
export class EmptySpreadsheetError extends ImportRefusedError {
  override name = 'EmptySpreadsheet';
}
/** No row was recognised as a header. */
export class NoUsableHeaderError extends ImportRefusedError {
  override name = 'NoUsableHeader';
}
/** There is a header, but not what its columns are: columns.xlsx is among the reports, to say so. */
export class UnclearColumnsError extends ImportRefusedError {
  override name = 'UnclearColumns';
}
/** A columns.xlsx that is not the report with its fields chosen, or whose import cannot be repeated now. */
export class InvalidColumnsError extends ImportRefusedError {
  override name = 'InvalidColumns';
}
/** The file, unpacked, is over a limit: bytes, ratio, entries, shared strings, columns or cell length. */
export class SpreadsheetTooLargeError extends ImportRefusedError {
  override name = 'SpreadsheetTooLarge';
}
/** The object was overwritten before it was read, or imported; the newer drop has an import of its own. */
export class ObjectReplacedError extends ImportRefusedError {
  override name = 'ObjectReplaced';
}
/** The object was deleted before it was read. */
export class ObjectDeletedError extends ImportRefusedError {
  override name = 'ObjectDeleted';
}
/** A full feed that would deactivate more than half of the supplier's active products, or all of them. */
export class FeedGuardError extends ImportRefusedError {
  override name = 'FeedWouldDeactivateTooMuch';
}

/** The database refused or dropped a connection, or rolled back a deadlock: worth another try. */
export class DatabaseUnavailableError extends Error {
  override name = 'DatabaseUnavailable';
}
/** S3, SQS or Step Functions answered with a server error, after the SDK's own retries. */
export class ServiceUnavailableError extends Error {
  override name = 'ServiceUnavailable';
}
/**
 * An image could not be fetched for a reason that may be gone in seconds (5xx, reset, time-out). Its message is
 * `CODE: sentence`, the code one of the image error codes.
 */
export class ImageBlipError extends Error {
  override name = 'ImageBlip';
}

/** The image's host wants to be left alone for some seconds: nothing was asked of it. */
export class HostOnHoldError extends Error {
  override name = 'HostOnHold';
}

/** Names of the errors that a retry may cure, besides Lambda's own. */
export const transientErrors = {
  database: 'DatabaseUnavailable',
  service: 'ServiceUnavailable',
  imageBlip: 'ImageBlip',
  hostOnHold: 'HostOnHold',
} as const;

/**
 * What Step Functions reports of a function in a VPC that was not invoked for weeks: the invocation fails, and Lambda
 * makes its network interfaces anew, which takes about a minute.
 * https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
 */
export const sleepingFunctionErrors = [
  'Lambda.ResourceNotReadyException',
  'Lambda.ENINotReadyException',
  'Lambda.EC2ThrottledException',
  'Lambda.EC2UnexpectedException',
];

/** Lambda service errors that AWS says to retry: throttling and faults before the handler ran. */
export const lambdaServiceErrors = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.TooManyRequestsException',
  ...sleepingFunctionErrors,
];
