import { type ImageErrorCode, imageErrorCodes } from '../shared/images/image-error-codes.ts';

/** Why one image cannot be converted now: recorded with the image, never the end of an import. */
export class ImageError extends Error {
  override name = 'ImageError';
  readonly code: ImageErrorCode;
  /** From Retry-After, where the server sent one. */
  readonly retryAfterSeconds: number | null;
  /** Gone in seconds, perhaps: the workflow asks again before it records the code. */
  readonly blip: boolean;

  /** `message` is a sentence with what was received and what was expected, without the code. */
  constructor(
    code: ImageErrorCode,
    message: string,
    options: ErrorOptions & { retryAfterSeconds?: number | null; blip?: boolean } = {},
  ) {
    super(message, options);
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
    this.blip = (options.blip ?? false) && imageErrorCodes[code].retry;
  }
}
