import { createServer, type IncomingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { hostHolds } from '../../../../functions/convert-image/fetch/host-holds.ts';
import { createObject } from '../../../../functions/shared/aws/storage.ts';

/** What S3 answers next, and what it was asked: fauxqs knows neither rights nor conditions. */
let answer: { status: number; code: string };
const asked: { method?: string; url?: string; headers: IncomingHttpHeaders }[] = [];
const server = createServer((request, response) => {
  asked.push({ method: request.method, url: request.url, headers: request.headers });
  request.resume().on('end', () => {
    const { status, code } = answer;
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(status === 200 ? '' : `<Error><Code>${code}</Code><Message>refused</Message></Error>`);
  });
});
beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  vi.stubEnv('AWS_ENDPOINT_URL_S3', `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
beforeEach(() => {
  asked.length = 0;
});
afterAll(() => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
});

const create = () => createObject('images', 'acme/3f2c/large.webp', Buffer.from('webp'), { contentType: 'image/webp' });

describe('an object whose key says what it holds', () => {
  it('is written where there is none, by a request that replaces nothing', async () => {
    answer = { status: 200, code: '' };
    await create();
    expect(asked).toMatchObject([{ method: 'PUT', headers: { 'if-none-match': '*', 'content-type': 'image/webp' } }]);
  });

  it('stays where it is there already', async () => {
    answer = { status: 412, code: 'PreconditionFailed' };
    await expect(create()).resolves.toBeUndefined();
  });

  it.each([
    [409, 'ConditionalRequestConflict', 'ServiceUnavailable'],
    [403, 'AccessDenied', 'AccessDenied'],
  ])('that is refused with %i is not taken for written', async (status, code, name) => {
    answer = { status, code };
    await expect(create()).rejects.toMatchObject({ name });
  });
});

describe('a host’s hold', () => {
  it('is none where S3 has no object of it', async () => {
    answer = { status: 404, code: 'NoSuchKey' };
    expect(await hostHolds('work').read('cdn.example')).toBe(0);
  });

  it('that may not be read is an error, and not "no hold"', async () => {
    answer = { status: 403, code: 'AccessDenied' };
    await expect(hostHolds('work').read('cdn.example')).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});
