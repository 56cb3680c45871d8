import type { LookupFunction } from 'node:net';
import { expect, it } from 'vitest';
import { useHostileCdn } from '../../../support/hostile-cdn.ts';
import { createConverter } from '../../../support/hostile-cdn-client.ts';
import { picture } from '../../../support/hostile-cdn-images.ts';
import { rerouteSockets } from '../../../support/rerouted-sockets.ts';

const open = '93.184.215.14';

/** A resolver that gives the answers in turn, and the last one for ever. */
function changingLookup(answers: string[][]): LookupFunction & { asked: () => number } {
  let asked = 0;
  const lookup: LookupFunction = (_host, _options, callback) => {
    const addresses = answers[Math.min(asked, answers.length - 1)] ?? [];
    asked += 1;
    callback(
      null,
      addresses.map((address) => ({ address, family: 4 })),
    );
  };
  return Object.assign(lookup, { asked: () => asked });
}

async function rebinding(answers: string[][]) {
  const cdn = await useHostileCdn();
  const image = await picture(20, 10).png().toBuffer();
  cdn.serve('/a.png', (_, response) => response.writeHead(200, { connection: 'close' }).end(image));
  cdn.serve('/again', (_, response) => response.writeHead(302, { location: '/a.png', connection: 'close' }).end());
  const connected = rerouteSockets(cdn.port);
  const lookup = changingLookup(answers);
  return { ...createConverter({ lookup }), connected, lookup };
}

it('connects to the address that was judged, without asking again', async () => {
  const { convert, connected, lookup } = await rebinding([[open], ['127.0.0.1']]);
  expect((await convert('http://rebind.example/a.png')).result).toBe('converted');
  expect(connected).toEqual([open]);
  expect(lookup.asked()).toBe(1);
});

it('judges the next connection anew', async () => {
  const { convert, connected } = await rebinding([[open], ['169.254.169.254']]);
  expect((await convert('http://rebind.example/a.png')).result).toBe('converted');
  expect((await convert('http://rebind.example/a.png')).result).toBe('BLOCKED_ADDRESS');
  expect(connected).toEqual([open]);
});

it('judges a redirect to the same host anew', async () => {
  const { convert, connected } = await rebinding([[open], ['10.0.0.1']]);
  expect((await convert('http://rebind.example/again')).result).toBe('BLOCKED_ADDRESS');
  expect(connected).toEqual([open]);
});

it('tries the public ones only of several addresses', async () => {
  const { convert, connected } = await rebinding([['127.0.0.1', open, '10.0.0.1']]);
  expect((await convert('http://mixed.example/a.png')).result).toBe('converted');
  expect(connected).toEqual([open]);
});

it('does not exempt the guard for another port or name of an allowed host', async () => {
  const cdn = await useHostileCdn();
  cdn.serve('/a.png', await picture(20, 10).png().toBuffer());
  const { convert } = createConverter({ allowedHosts: [cdn.host] });
  expect((await convert(cdn.url('/a.png'))).result).toBe('converted');
  expect((await convert('http://127.0.0.1:9001/2018-06-01/runtime/invocation/next')).result).toBe('BLOCKED_ADDRESS');
  expect((await convert(`http://127.0.0.2:${cdn.port}/a.png`)).result).toBe('BLOCKED_ADDRESS');
  expect((await convert(`http://localhost:${cdn.port}/a.png`)).result).toBe('BAD_URL');
});

it('refuses ports that are not allowed, on public hosts too', async () => {
  const { convert, connected } = await rebinding([[open]]);
  const attempt = await convert('http://cdn.example:6379/a.png');
  expect(attempt).toMatchObject({
    result: 'BAD_URL',
    message: 'cdn.example is to be asked on port 6379; expected 80 or 443.',
  });
  expect(connected).toEqual([]);
});
