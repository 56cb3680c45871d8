import { BlockList, type LookupFunction } from 'node:net';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isPublicAddress } from '../../../../functions/convert-image/fetch/address-guard.ts';
import { useHostileCdn } from '../../../support/hostile-cdn.ts';
import { createConverter } from '../../../support/hostile-cdn-client.ts';
import { rerouteSockets } from '../../../support/rerouted-sockets.ts';

/** The IANA IPv4 special-purpose registry and multicast, judged by Node.js itself rather than by the library under test. */
const special = new BlockList();
const ranges: [network: string, prefix: number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['168.63.129.16', 32],
];
for (const [network, prefix] of ranges) special.addSubnet(network, prefix, 'ipv4');

const dotted = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
const toNumber = (address: string) => address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
const hextets = (value: number) => `${(value >>> 16).toString(16)}:${(value & 0xffff).toString(16)}`;

const anyIpv4 = fc.nat(0xffffffff);
const specialIpv4 = fc
  .constantFrom(...ranges)
  .chain(([network, prefix]) => fc.nat(2 ** (32 - prefix) - 1).map((offset) => toNumber(network) + offset));

/** The ways to write an IPv4 address in a URL. */
const spelling = fc.constantFrom<(value: number) => string>(
  dotted,
  (value) => String(value),
  (value) => `0x${value.toString(16)}`,
  (value) => `0${value.toString(8)}`,
  (value) => `${value >>> 24}.${value & 0xffffff}`,
  (value) => `0x${(value >>> 24).toString(16)}.0${((value >>> 16) & 255).toString(8)}.${value & 0xffff}`,
  (value) => `[::ffff:${dotted(value)}]`,
  (value) => `[64:ff9b::${dotted(value)}]`,
  (value) => `[2002:${hextets(value)}::]`,
  (value) => `[::${dotted(value)}]`,
  (value) => `[2606:4700::5efe:${hextets(value)}]`,
  (value) => `${dotted(value)}.`,
  (value) => dotted(value).replaceAll('.', '。'),
);

it('judges every IPv4 address as the registry does', () => {
  fc.assert(
    fc.property(fc.oneof(anyIpv4, specialIpv4), (value) => {
      expect(isPublicAddress(dotted(value))).toBe(!special.check(dotted(value)));
    }),
    { numRuns: 5000 },
  );
});

it('judges an IPv4 address inside IPv6 as the address itself', () => {
  const wrapping = fc.constantFrom<(value: number) => string>(
    (value) => `::ffff:${dotted(value)}`,
    (value) => `::ffff:0:${dotted(value)}`,
    (value) => `64:ff9b::${dotted(value)}`,
    (value) => `2002:${hextets(value)}:1::5`,
    (value) => `2001:0:808:808:0:0:${hextets(~value >>> 0)}`,
    (value) => `2001:0:${hextets(value)}:0:0:${hextets(~0x08080808 >>> 0)}`,
    (value) => `2a00:1450::5efe:${hextets(value)}`,
    (value) => `2a00:1450::200:5efe:${hextets(value)}`,
  );
  fc.assert(
    fc.property(fc.oneof(anyIpv4, specialIpv4), wrapping, (value, wrap) => {
      expect({ form: wrap(value), open: isPublicAddress(wrap(value)) }).toEqual({
        form: wrap(value),
        open: !special.check(dotted(value)),
      });
    }),
    { numRuns: 5000 },
  );
});

it('takes nothing outside of global unicast, and nothing that is not an address, for public', () => {
  fc.assert(
    fc.property(fc.ipV6(), (address) => {
      const first = Number.parseInt(address.split(':', 1)[0] || '0', 16);
      if (isPublicAddress(address))
        expect((first >= 0x2000 && first < 0x4000) || first === 0 || first === 0x64).toBe(true);
    }),
    { numRuns: 5000 },
  );
  fc.assert(fc.property(fc.string(), (text) => !isPublicAddress(`x${text}`)));
});

it('connects to nothing special, however an address is spelt in a URL or a redirect', async () => {
  const cdn = await useHostileCdn();
  const connected = rerouteSockets(cdn.port);
  const { convert } = createConverter({});
  let location = '';
  cdn.serve('/redirect', (_, response) => response.writeHead(302, { location, connection: 'close' }).end());
  await fc.assert(
    fc.asyncProperty(specialIpv4, spelling, fc.boolean(), async (value, spell, redirected) => {
      connected.length = 0;
      const target = `http://${spell(value)}/a.png`;
      location = Buffer.from(target).toString('latin1');
      const attempt = await convert(redirected ? 'http://93.184.215.14/redirect' : target);
      expect({ target, result: attempt.result }).toEqual({ target, result: 'BLOCKED_ADDRESS' });
      expect(connected).toEqual(redirected ? ['93.184.215.14'] : []);
    }),
    { numRuns: 300 },
  );
});

it('ends with a code, and connects to public addresses only, for any URL and any answer of the resolver', async () => {
  const cdn = await useHostileCdn();
  const connected = rerouteSockets(cdn.port);
  let answers: string[] = [];
  const lookup: LookupFunction = (_host, _options, callback) =>
    callback(
      null,
      answers.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  const { convert } = createConverter({ lookup });
  const anyUrl = fc.oneof(
    fc.webUrl({ withQueryParameters: true, withFragments: true }),
    fc.tuple(anyIpv4, spelling, fc.webPath()).map(([value, spell, path]) => `http://${spell(value)}${path}`),
    fc.string({ unit: 'binary' }).map((text) => `http://${text}`),
    fc.string({ unit: 'binary' }),
  );
  const address = fc.oneof(anyIpv4.map(dotted), specialIpv4.map(dotted), fc.ipV6());
  await fc.assert(
    fc.asyncProperty(anyUrl, fc.array(address, { maxLength: 3 }), async (url, resolved) => {
      answers = resolved;
      connected.length = 0;
      const { result } = await convert(url);
      // The rerouted listener answers 404, and speaks no TLS.
      expect(result).toMatch(/^(BAD_URL|BLOCKED_ADDRESS|NOT_FOUND|TLS_FAILED)$/);
      for (const reached of connected)
        expect(special.check(reached, reached.includes(':') ? 'ipv6' : 'ipv4')).toBe(false);
    }),
    { numRuns: 300 },
  );
});
