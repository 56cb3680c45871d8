import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { startHostileCdn, useHostileCdn } from '../../../support/hostile-cdn.ts';
import { createConverter } from '../../../support/hostile-cdn-client.ts';
import { picture } from '../../../support/hostile-cdn-images.ts';
import type { HostileCdn } from '../../../support/hostile-cdn-types.ts';

const image = await picture(30, 20).jpeg().toBuffer();

async function cdnWithConverter() {
  const cdn = await useHostileCdn();
  return { cdn, convert: createConverter({ allowedHosts: [cdn.host] }).convert };
}

const lastRequest = (cdn: HostileCdn) => cdn.requests.at(-1);

it('names the system, asks for the bytes as they are, and sends the headers of the supplier', async () => {
  const { cdn, convert } = await cdnWithConverter();
  await convert(cdn.serve('/a.jpg', image), { headers: { Referer: 'https://shop.example/' } });
  expect(lastRequest(cdn)?.headers).toMatchObject({
    'user-agent': 'supplier-import/1.0 (product image importer)',
    'accept-encoding': 'identity',
    referer: 'https://shop.example/',
  });
  await convert(cdn.url('/a.jpg'), { headers: { 'USER-AGENT': 'Acme partner' } });
  expect(lastRequest(cdn)?.headers['user-agent']).toBe('Acme partner');
});

it.each([
  ['User-Agent', 'Acme partner'],
  ['Referer', 'https://shop.example/'],
])('gets past a CDN that answers 403 without the right %s', async (name, value) => {
  const { cdn, convert } = await cdnWithConverter();
  const url = cdn.serve('/guarded.jpg', (request, response) =>
    response.writeHead(request.headers[name.toLowerCase()] === value ? 200 : 403).end(image),
  );
  expect((await convert(url)).result).toBe('FORBIDDEN');
  expect((await convert(url, { headers: { [name]: value } })).result).toBe('converted');
});

it.each<Record<string, string>>([
  { Host: 'evil.example' },
  { 'Content-Length': '5' },
  { 'bad name': 'x' },
  { Referer: 'a\r\nX: b' },
])('refuses to send the supplier header %j', async (headers) => {
  const { cdn, convert } = await cdnWithConverter();
  expect((await convert(cdn.serve('/a.jpg', image), { headers })).result).toBe('BAD_HEADERS');
  expect(cdn.requests).toEqual([]);
});

it('keeps the supplier headers from other hosts, and never takes or sends cookies and credentials', async () => {
  const cdn = await useHostileCdn();
  const other = await startHostileCdn();
  other.serve('/b.jpg', image);
  other.serve('/back', (_, response) => response.writeHead(302, { location: cdn.url('/c.jpg') }).end());
  cdn.serve('/c.jpg', image);
  cdn.serve('/own', (_, response) =>
    response.writeHead(302, { location: '/away', 'set-cookie': 'session=1; Path=/' }).end(),
  );
  cdn.serve('/away', (_, response) =>
    response.writeHead(307, { location: `http://user:secret@${other.host}/back`, 'set-cookie': 'a=b' }).end(),
  );
  const { convert } = createConverter({ allowedHosts: [cdn.host, other.host] });
  const headers = { Authorization: 'Bearer key', 'User-Agent': 'Acme partner' };
  expect((await convert(`http://me:pw@${cdn.host}/own`, { headers })).result).toBe('converted');
  const sent = [...cdn.requests, ...other.requests].map(({ path, headers }) => [path, headers.authorization]);
  expect(sent).toEqual([
    ['/own', 'Bearer key'],
    ['/away', 'Bearer key'],
    ['/c.jpg', undefined],
    ['/back', undefined],
  ]);
  expect(cdn.requests.concat(other.requests).every(({ headers }) => headers.cookie === undefined)).toBe(true);
  expect(other.requests[0]?.headers['user-agent']).toBe('Acme partner');
  await other.close();
});

it('asks with the validators of the converted version, and 304 keeps it', async () => {
  const { cdn, convert } = await cdnWithConverter();
  cdn.serve('/a.jpg', (request, response) => {
    const known = request.headers['if-none-match'] === 'W/"v1"';
    response.writeHead(known ? 304 : 200, { etag: 'W/"v1"', 'last-modified': 'Tue, 01 Sep 2026 10:00:00 GMT' });
    response.end(known ? undefined : image);
  });
  const { outcome } = await convert(cdn.url('/a.jpg'));
  expect(outcome).toMatchObject({ etag: 'W/"v1"', lastModified: 'Tue, 01 Sep 2026 10:00:00 GMT' });
  const validators = { etag: 'W/"v1"', lastModified: 'Tue, 01 Sep 2026 10:00:00 GMT' };
  expect((await convert(cdn.url('/a.jpg'), validators)).outcome).toEqual({
    imageId: 1,
    attempt: 1,
    firstByteMilliseconds: expect.any(Number),
    status: 'not_modified',
  });
  expect(lastRequest(cdn)?.headers).toMatchObject({
    'if-none-match': 'W/"v1"',
    'if-modified-since': 'Tue, 01 Sep 2026 10:00:00 GMT',
  });
});

it.each([
  ['"café"', 'long ago'],
  ['unquoted', ''],
  [`"${'x'.repeat(300)}"`, 'x'.repeat(100)],
])('keeps no validators that could not be sent back: %s', async (etag, lastModified) => {
  const { cdn, convert } = await cdnWithConverter();
  cdn.serve('/a.jpg', (_, response) =>
    response.writeHead(200, { etag, ...(lastModified ? { 'last-modified': lastModified } : {}) }).end(image),
  );
  expect((await convert(cdn.url('/a.jpg'))).outcome).toMatchObject({
    status: 'converted',
    etag: null,
    lastModified: null,
  });
});

it.each([
  ['/a b.jpg', '/a%20b.jpg'],
  ['/a%20b.jpg', '/a%20b.jpg'],
  ['/größe.jpg?v=ü', '/gr%C3%B6%C3%9Fe.jpg?v=%C3%BC'],
  ['/gr%C3%B6%C3%9Fe.jpg', '/gr%C3%B6%C3%9Fe.jpg'],
  ['/100%.jpg', '/100%.jpg'],
  ['/a,b;c=d@e.jpg', '/a,b;c=d@e.jpg'],
  ['/a+b|c[1].jpg?x=a|b', '/a+b|c[1].jpg?x=a|b'],
  ['/x/../y/./z.jpg', '/y/z.jpg'],
  ['/no-extension?id=7&size={w}', '/no-extension?id=7&size={w}'],
  ['/a.jpg#gallery', '/a.jpg'],
])('fetches %s as a browser would: %s, in a redirect too', async (written, path) => {
  const { cdn, convert } = await cdnWithConverter();
  cdn.serve(path, image);
  expect((await convert(cdn.url(written))).result).toBe('converted');
  const location = Buffer.from(written).toString('latin1');
  cdn.serve('/redirect', (_, response) => response.writeHead(301, { location }).end());
  expect((await convert(cdn.url('/redirect'))).result).toBe('converted');
  expect(cdn.requests.map((request) => request.path)).toEqual([path, '/redirect', path]);
});

it.each([301, 302, 303, 307, 308])('follows up to five redirects of status %s', async (status) => {
  const { cdn, convert } = await cdnWithConverter();
  for (let hop = 1; hop <= 6; hop += 1) {
    cdn.serve(`/hop/${hop}`, (_, response) => response.writeHead(status, { location: `${hop - 1}` }).end());
  }
  cdn.serve('/hop/0', image);
  expect((await convert(cdn.url('/hop/5'))).result).toBe('converted');
  expect((await convert(cdn.url('/hop/6'))).result).toBe('TOO_MANY_REDIRECTS');
});

it('reads bodies of any honest encoding and length, whatever their Content-Type', async () => {
  const { cdn, convert } = await cdnWithConverter();
  const bodies: [Record<string, string>, Buffer][] = [
    [{ 'content-encoding': 'gzip' }, gzipSync(image)],
    [{ 'content-encoding': 'BR' }, brotliCompressSync(image)],
    [{ 'content-encoding': 'zstd' }, zstdCompressSync(image)],
    [{ 'content-encoding': 'aws-chunked,gzip' }, gzipSync(image)],
    [{ 'content-encoding': 'none' }, image],
    [{ 'content-encoding': 'utf-8' }, image],
    [{ 'content-encoding': 'identity', 'transfer-encoding': 'chunked' }, image],
    [{ 'content-type': 'image/jpeg; charset=binary' }, image],
    [{ 'content-type': 'application/octet-stream' }, image],
    [{ 'content-type': 'text/html', 'content-disposition': 'attachment; filename="a.html"' }, image],
  ];
  for (const [index, [headers, bytes]] of bodies.entries()) {
    cdn.serve(`/${index}`, (_, response) => response.writeHead(200, headers).end(bytes));
    expect((await convert(cdn.url(`/${index}`))).result).toBe('converted');
  }
});

it.each([
  ['of HTTP/1.0, which ends with the connection', 'HTTP/1.0 200 OK\r\n\r\n', image, ''],
  ['after early hints', 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\n\r\n', image, ''],
  [
    'in chunks with extensions and trailers',
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${image.length.toString(16)};a=b\r\n`,
    image,
    '\r\n0\r\nETag: "late"\r\n\r\n',
  ],
])('reads a body %s', async (_, head, bytes, tail) => {
  const { cdn, convert } = await cdnWithConverter();
  const answer = Buffer.concat([Buffer.from(head), bytes, Buffer.from(tail)]);
  const url = cdn.serve('/raw', (request) => request.socket.end(answer));
  expect((await convert(url)).outcome).toMatchObject({ status: 'converted', etag: null });
});

it('uses one connection for one image after the other', async () => {
  const { cdn, convert } = await cdnWithConverter();
  cdn.serve('/a.jpg', image);
  for (let count = 0; count < 5; count += 1) {
    expect((await convert(cdn.url('/a.jpg'))).result).toBe('converted');
    expect((await convert(cdn.url('/not-found'))).result).toBe('NOT_FOUND');
  }
  expect(cdn.connections()).toBe(1);
});
