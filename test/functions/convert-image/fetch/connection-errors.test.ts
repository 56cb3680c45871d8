import { expect, it } from 'vitest';
import { connectionError } from '../../../../functions/convert-image/fetch/connection-errors.ts';

const errorOf = (code: string) => Object.assign(new Error('as Node.js says'), { code });

/** Of Node.js and OpenSSL, where no server of a test can bring them about. */
it.each([
  ['EINVAL', 'DNS_FAILED', false],
  ['EAI_FAIL', 'DNS_FAILED', false],
  ['ENETUNREACH', 'CONNECTION_FAILED', true],
  ['EHOSTDOWN', 'CONNECTION_FAILED', true],
  ['EACCES', 'CONNECTION_FAILED', true],
  ['EAFNOSUPPORT', 'CONNECTION_FAILED', true],
  ['CERT_HAS_EXPIRED', 'TLS_FAILED', false],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'TLS_FAILED', false],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'TLS_FAILED', false],
  ['PATH_LENGTH_EXCEEDED', 'TLS_FAILED', false],
  // A certificate with an RSA key of 1024 bits.
  ['UNSPECIFIED', 'TLS_FAILED', false],
])('%s is %s', (code, expected, blip) => {
  expect(connectionError(errorOf(code), 'cdn.example', false)).toMatchObject({ code: expected, blip });
});

it.each(['EMFILE', 'ERR_INVALID_ARG_TYPE', 'UND_ERR_INVALID_ARG'])('%s is no fault of a server', (code) => {
  const error = errorOf(code);
  expect(connectionError(error, 'cdn.example', false)).toBe(error);
});
