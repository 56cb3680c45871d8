/** Why an image was not converted: the closed set of codes, what each means, whether and when it is tried again. */
type ImageError = {
  /** Completes "The image was not converted: …" for someone who does not know the code. */
  meaning: string;
  /** Whether a later sweep may meet something else. */
  retry: boolean;
  /** What an operator does about it once it is given up. */
  action: string;
};

const supplierFixesFile =
  'Ask the supplier for a working file under a new URL; under the same one, then `npm run sweep -- --retry-failed`.';
const supplierFixesServer = 'Nothing while it is retried; then tell the supplier that their server fails.';
const engineerReadsLog =
  'An engineer reads the log of convert-image at that time, then `npm run sweep -- --retry-failed`.';

export const imageErrorCodes = {
  BAD_URL: {
    meaning: 'the URL, or one it redirects to, is not http or https on an allowed port',
    retry: false,
    action: 'Have the URL in the spreadsheet corrected and import it again.',
  },
  BAD_HEADERS: {
    meaning: 'the request headers configured for the supplier cannot be sent',
    retry: false,
    action:
      'Correct the headers (`npm run supplier -- X --set headers.NAME=VALUE`), then `npm run sweep -- --retry-failed --supplier X`.',
  },
  BLOCKED_ADDRESS: {
    meaning: 'the host, or one it redirects to, is in a private or special-purpose network',
    retry: false,
    action: 'Ask the supplier for a public URL. Many at once from one supplier may be an attack: tell security.',
  },
  DNS_FAILED: {
    meaning: 'the host name has no address',
    retry: true,
    action: 'Check the host name for typing errors; otherwise tell the supplier.',
  },
  CONNECTION_FAILED: {
    meaning: 'the server refused or dropped the connection',
    retry: true,
    action: supplierFixesServer,
  },
  TLS_FAILED: {
    meaning: 'the server’s certificate is expired, self-signed or for another name, or its TLS is too old',
    retry: true,
    action: 'Tell the supplier to renew the certificate of their image host.',
  },
  TIMEOUT: {
    meaning: 'the server did not connect, answer or finish sending in time',
    retry: true,
    action: supplierFixesServer,
  },
  TRUNCATED_TRANSFER: {
    meaning: 'the connection ended before the body was complete',
    retry: true,
    action: supplierFixesServer,
  },
  BAD_RESPONSE: {
    meaning: 'what the server sent is not HTTP, has oversized headers, or a content encoding that cannot be undone',
    retry: true,
    action: supplierFixesServer,
  },
  TOO_MANY_REDIRECTS: {
    meaning: 'more redirects than allowed, or a redirect to nowhere',
    retry: true,
    action: 'Open the URL in a private browser window: it often ends at a login page. Ask for direct URLs.',
  },
  NOT_FOUND: {
    meaning: 'the server answered 404: not uploaded yet, or moved',
    retry: true,
    action:
      'Ask the supplier to upload the image. Once it is given up, import the file again, or `npm run sweep -- --retry-failed`.',
  },
  GONE: {
    meaning: 'the server answered 410: removed for good',
    retry: false,
    action: 'Ask the supplier for a new URL.',
  },
  FORBIDDEN: {
    meaning:
      'the server answered 401, 403, 407 or 451: it wants a login, a Referer or another User-Agent, or the link has expired',
    retry: true,
    action:
      'Set the headers the CDN asks for (`npm run supplier -- X --set headers.Referer=URL`), or have it allow our User-Agent; expired links need a new file.',
  },
  RATE_LIMITED: {
    meaning: 'the server answered 429: too many requests',
    retry: true,
    action:
      'Lower the supplier’s limit (`npm run supplier -- X --set max_concurrency=4`), or have the supplier raise their limit.',
  },
  SERVICE_UNAVAILABLE: {
    meaning: 'the server answered 503 and said when to come back',
    retry: true,
    action: supplierFixesServer,
  },
  SERVER_ERROR: {
    meaning: 'the server answered with a 5xx status, also when asked again',
    retry: true,
    action: supplierFixesServer,
  },
  HTTP_ERROR: {
    meaning: 'the server answered with a status that is neither success nor one of the above',
    retry: true,
    action: 'Open the URL in a browser; tell the supplier what it shows.',
  },
  TOO_LARGE: {
    meaning: 'the file has more bytes than the limit, as sent or unpacked',
    retry: false,
    action:
      'Ask the supplier for a smaller file, or raise `conversion.maxBytes` in the settings, then `npm run sweep -- --retry-failed --code TOO_LARGE`.',
  },
  EMPTY_BODY: {
    meaning: 'the server sent success with zero bytes',
    retry: true,
    action: supplierFixesFile,
  },
  HTML_PAGE: {
    meaning: 'the URL shows a web page instead of an image: a viewer, a login or an error page',
    retry: true,
    action: 'Open the URL in a private browser window; ask the supplier for direct, public image URLs.',
  },
  TEXT_ANSWER: {
    meaning: 'the server sent success with JSON, XML or plain text instead of an image: often an error in words',
    retry: true,
    action: 'Open the URL in a private browser window: the text says what is wrong. Tell the supplier.',
  },
  UNSUPPORTED_FORMAT: {
    meaning: 'the file is of a kind that is not converted; the message names it',
    retry: false,
    action:
      'Ask the supplier for JPEG, PNG, GIF, WebP, AVIF or TIFF. SVG can be allowed for a supplier (`npm run supplier -- X --set allow_svg=true`), then `npm run sweep -- --retry-failed --supplier X`.',
  },
  UNSAFE_SVG: {
    meaning: 'the SVG refers to something outside itself, declares a document type or entities, or has dashed lines',
    retry: false,
    action: 'Ask the supplier for a PNG, or for a self-contained SVG without dashes.',
  },
  TOO_MANY_PIXELS: {
    meaning: 'the image has more pixels, its frames summed, or a longer side than the limit',
    retry: false,
    action:
      'Ask the supplier for a smaller image, or raise `conversion.maxPixels` in the settings with the function’s memory, then `npm run sweep -- --retry-failed --code TOO_MANY_PIXELS`.',
  },
  METADATA_TOO_LARGE: {
    meaning: 'text, EXIF, XMP or ICC profiles in the file, unpacked, have more bytes than the limit',
    retry: false,
    action:
      'Ask the supplier for the image saved without metadata, or raise `conversion.maxMetadataBytes` in the settings with the function’s memory, then `npm run sweep -- --retry-failed --code METADATA_TOO_LARGE`.',
  },
  CORRUPT_IMAGE: {
    meaning: 'the file begins like an image but cannot be decoded',
    retry: false,
    action: supplierFixesFile,
  },
  TRUNCATED_IMAGE: {
    meaning: 'the file ends before its last pixel: often an upload that was cut or is not finished',
    retry: true,
    action: supplierFixesFile,
  },
  // The four below are retried: a busy machine, or an environment worn out by the images before, may have been at fault.
  CONVERSION_TIMED_OUT: {
    meaning: 'decoding and encoding took longer than the limit',
    retry: true,
    action: supplierFixesFile,
  },
  CONVERTER_CRASHED: {
    meaning: 'the function died or threw something unexpected while it had this image',
    retry: true,
    action: engineerReadsLog,
  },
  CONVERTER_TIMED_OUT: {
    meaning: 'the function reached its own timeout with this image',
    retry: true,
    action: engineerReadsLog,
  },
  CONVERTER_OUT_OF_MEMORY: {
    meaning: 'the function ran out of memory with this image',
    retry: true,
    action: 'Raise `images.memoryMegabytes` or lower `conversion.maxPixels`, then `npm run sweep -- --retry-failed`.',
  },
  CONVERTER_UNAVAILABLE: {
    meaning: 'Lambda did not run the function: throttled or faulty',
    retry: true,
    action: 'Check the account’s Lambda concurrency, then `npm run sweep -- --retry-failed`.',
  },
  STORAGE_FAILED: {
    meaning: 'S3 did not take the renditions',
    retry: true,
    action: 'Check the AWS health page and the function’s permissions, then `npm run sweep -- --retry-failed`.',
  },
  QUEUE_POISONED: {
    meaning:
      'nothing was heard of the image for 3 hours after it was queued: its message ended in the dead-letter queue, or was lost',
    retry: true,
    action: 'An engineer finds the cause in the log of convert-queued, then `npm run sweep -- --redrive`.',
  },
} as const satisfies Record<string, ImageError>;

export type ImageErrorCode = keyof typeof imageErrorCodes;

export function isImageErrorCode(code: string): code is ImageErrorCode {
  return Object.hasOwn(imageErrorCodes, code);
}
