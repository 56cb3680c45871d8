import { causeMessage } from '../runtime/cause-message.ts';
import { type ImageErrorCode, isImageErrorCode } from './image-error-codes.ts';

const errorMessageSchema = /^([A-Z][A-Z_]+): (.+)$/s;

/** What the errors that Lambda and Step Functions report by themselves mean here; the first match counts. */
const crashes: readonly { pattern: RegExp; code: ImageErrorCode }[] = [
  {
    pattern: /OutOfMemory|ERR_WORKER_OUT_OF_MEMORY|signal: killed|heap out of memory/i,
    code: 'CONVERTER_OUT_OF_MEMORY',
  },
  { pattern: /Sandbox\.Timedout|States\.Timeout|Task timed out after/i, code: 'CONVERTER_TIMED_OUT' },
  {
    pattern: /^(ServiceUnavailable|AccessDenied|NoSuchBucket|InvalidAccessKeyId|SignatureDoesNotMatch)\b/,
    code: 'STORAGE_FAILED',
  },
  {
    pattern: /^Lambda\.(?!Unknown)|TooManyRequests|ThrottlingException|Rate exceeded/i,
    code: 'CONVERTER_UNAVAILABLE',
  },
];

/** The code of an invocation of convert-image that threw, from the Error and Cause that the workflow caught. */
export function codeOfCrash(error: string, cause: string): { code: ImageErrorCode; message: string } {
  const message = causeMessage(cause) ?? cause;
  const [, code = '', sentence = ''] = errorMessageSchema.exec(message) ?? [];
  if (error === 'ImageBlip' && isImageErrorCode(code)) return { code, message: sentence.slice(0, 500) };
  const crash = crashes.find(({ pattern }) => pattern.test(`${error}: ${message}`));
  return { code: crash?.code ?? 'CONVERTER_CRASHED', message: `${error}: ${message}`.slice(0, 500) };
}
