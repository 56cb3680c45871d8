import { errors } from 'undici';
import type { ImageErrorCode } from '../../shared/images/image-error-codes.ts';
import { ImageError } from '../image-error.ts';

type Rule = { pattern: RegExp; code: ImageErrorCode; says: string; blip: boolean; receivingOnly?: boolean };

const lostConnection = 'ECONNRESET|ECONNABORTED|EPIPE|UND_ERR_(SOCKET|CLOSED|DESTROYED)';

/** Error codes of undici, Node.js and OpenSSL, and what they mean for an image; the first match counts. */
const rules: readonly Rule[] = [
  {
    pattern: new RegExp(`^(${lostConnection}|Z_BUF_ERROR|UND_ERR_RES_CONTENT_LENGTH_MISMATCH)$`),
    code: 'TRUNCATED_TRANSFER',
    says: 'ended the body before it was complete',
    blip: true,
    receivingOnly: true,
  },
  {
    pattern: /^(UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT|ETIMEDOUT)$/,
    code: 'TIMEOUT',
    says: 'did not answer in time',
    // A slow server is not helped by being asked again at once, and waiting for it is what Lambda charges most for.
    blip: false,
  },
  { pattern: /^EAI_AGAIN$/, code: 'DNS_FAILED', says: 'could not be looked up', blip: true },
  // EINVAL: a name longer than DNS allows.
  { pattern: /^(ENOTFOUND|ENODATA|EINVAL|EAI_.*)$/, code: 'DNS_FAILED', says: 'has no address', blip: false },
  {
    pattern: new RegExp(
      `^(${lostConnection}|ECONNREFUSED|E(HOST|NET)(UNREACH|DOWN)|EADDRNOTAVAIL|EAFNOSUPPORT|EACCES|EPERM)$`,
    ),
    code: 'CONNECTION_FAILED',
    says: 'refused or dropped the connection',
    blip: true,
  },
  {
    // ERR_ASSERTION: what undici takes for granted, as that a status is at least 100.
    pattern: /^(HPE_.*|ERR_ASSERTION|UND_ERR_(?!INVALID_|ABORT).*|Z_.*|ERR__ERROR_.*|ERR_BROTLI.*|ZSTD_.*)$/,
    code: 'BAD_RESPONSE',
    says: 'sent something that cannot be read as HTTP',
    blip: false,
  },
  {
    // UNSPECIFIED: OpenSSL has a name for it and Node.js none, such as a key or a digest that is too weak.
    pattern:
      /^(CERT_.*|ERR_TLS_.*|ERR_SSL_.*|EPROTO|UNABLE_TO_.*|SELF_SIGNED_.*|DEPTH_ZERO_.*|ERROR_IN_CERT_.*|INVALID_(CA|PURPOSE)|HOSTNAME_MISMATCH|PATH_LENGTH_EXCEEDED|CRL_.*|UNSPECIFIED)$/,
    code: 'TLS_FAILED',
    says: 'has no valid certificate, or too old a TLS',
    blip: false,
  },
];

/**
 * The {@link ImageError} for what went wrong between us and `host`; anything that is not the network's doing comes back
 * unchanged. `receiving` once the headers are in.
 */
export function connectionError(error: unknown, host: string, receiving: boolean): unknown {
  if (error instanceof ImageError) return error;
  const code = errorCode(error);
  if (code === undefined) return error;
  const rule = rules.find(({ pattern, receivingOnly }) => (receiving || !receivingOnly) && pattern.test(code));
  if (rule === undefined) return error;
  return new ImageError(rule.code, `${host} ${rule.says} (${code}).`, { cause: error, blip: rule.blip });
}

function errorCode(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
    // Its code is not always set.
    if (cause instanceof errors.HTTPParserError) return 'HPE_INVALID';
  }
  return undefined;
}
