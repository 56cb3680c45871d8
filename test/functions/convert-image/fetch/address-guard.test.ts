import type { LookupFunction } from 'node:net';
import { isIP } from 'node:net';
import { describe, expect, it } from 'vitest';
import { useHostileCdn } from '../../../support/hostile-cdn.ts';
import { createConverter } from '../../../support/hostile-cdn-client.ts';
import { picture } from '../../../support/hostile-cdn-images.ts';
import { rerouteSockets } from '../../../support/rerouted-sockets.ts';

/** Host names and what they resolve to; the rest is not found. */
const names: Record<string, string[]> = {
  localhost: ['127.0.0.1', '::1'],
  'cdn.example.com': ['93.184.215.14'],
  'dual.example.com': ['2606:4700::6810:84e5', '104.16.132.229'],
  'half.example.com': ['10.0.0.1', '104.16.132.229'],
  'nat64.example.com': ['64:ff9b::6810:84e5'],
  'metadata.google.internal': ['169.254.169.254'],
  'ip6-localhost': ['::1'],
  '127.0.0.1.nip.io': ['127.0.0.1'],
  'vpc.example.com': ['10.0.12.7', 'fd00:ec2::254'],
  'mapped.example.com': ['::ffff:10.0.0.1'],
  'bücher.example': ['127.0.0.1'],
  'empty.example.com': [],
  // A name with a trailing dot is the same name.
  'localhost.': ['127.0.0.1'],
};
const lookup: LookupFunction = (host, _, callback) => {
  const found = Object.entries(names).find(([name]) => new URL(`http://${name}`).hostname === host)?.[1];
  if (!found) return callback(Object.assign(new Error(host), { code: 'ENOTFOUND' }), []);
  return callback(
    null,
    found.map((address) => ({ address, family: isIP(address) })),
  );
};

const refused = [
  // This host, loopback, and the ways to write it that browsers understand
  '127.0.0.1',
  '127.0.0.2',
  '127.255.255.254',
  '0.0.0.0',
  '0.1.2.3',
  '127.1',
  '127.0.1',
  '0',
  '0x7f.1',
  '0x7f000001',
  '0177.0.0.1',
  '017700000001',
  '2130706433',
  '00000177.0.0.1',
  '127.0.0.1.',
  '①②⑦.⓪.⓪.①',
  '１２７.0.0.1',
  '127。0。0。1',
  '%31%32%37.0.0.1',
  '127%2e0%2e0%2e1',
  '[::1]',
  '[::]',
  '[0:0:0:0:0:0:0:1]',
  '[::0001]',
  'localhost',
  'LOCALHOST',
  'localhost.',
  'ip6-localhost',
  '127.0.0.1.nip.io',
  'bücher.example',
  'user:pw@127.0.0.1',
  'cdn.example.com@127.0.0.1',
  'cdn.example.com%00@127.0.0.1',
  // Private networks, CGNAT, link-local with the metadata services of clouds
  '10.0.0.1',
  '10.255.255.255',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.1',
  '192.168.255.255',
  '100.64.0.1',
  '100.100.100.200',
  '100.127.255.255',
  '169.254.169.254',
  '169.254.170.2',
  '0xa9fea9fe',
  '2852039166',
  '0251.0376.0251.0376',
  '168.63.129.16',
  '192.0.0.192',
  'metadata.google.internal',
  'vpc.example.com',
  '[fd00:ec2::254]',
  '[fc00::1]',
  '[fdff::1]',
  '[fe80::1]',
  '[febf::1]',
  '[fec0::1]',
  // Documentation, benchmarks, protocol assignments, anycast, multicast, reserved
  '192.0.0.1',
  '192.0.2.1',
  '192.31.196.1',
  '192.52.193.1',
  '192.88.99.1',
  '192.175.48.1',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '[ff02::1]',
  '[100::1]',
  '[100:0:0:1::1]',
  '[2001:db8::1]',
  '[3fff::1]',
  '[3fff:fff::1]',
  '[2001:2::1]',
  '[2001:3::1]',
  '[2001:4:112::1]',
  '[2001:10::1]',
  '[2001:20::1]',
  '[2001:30::1]',
  '[2001:1::1]',
  '[2620:4f:8000::1]',
  '[5f00::1]',
  '[4000::1]',
  '[::2:0:0:0:1]',
  // IPv4 inside IPv6
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::ffff:a9fe:a9fe]',
  '[0:0:0:0:0:ffff:10.0.0.1]',
  '[::127.0.0.1]',
  '[::7f00:1]',
  '[::a9fe:a9fe]',
  '[::ffff:0:127.0.0.1]',
  '[2002:7f00:1::]',
  '[2002:a9fe:a9fe::1]',
  '[2002:c0a8:101::1]',
  '[2001:0:7f00:1::]',
  '[2001::5601:5601]',
  '[2001:0:4136:e378:8000:63bf:3fff:fdd2]',
  '[64:ff9b::127.0.0.1]',
  '[64:ff9b::a9fe:a9fe]',
  '[64:ff9b:1::808:808]',
  '[64:ff9b:1:7f00:0:100::]',
  '[2606:4700::5efe:a9fe:a9fe]',
  '[2606:4700::200:5efe:10.0.0.1]',
  '[fe80::5efe:192.168.0.1]',
  'mapped.example.com',
  'empty.example.com',
];

/** What is reached instead of each: itself, unless said otherwise. */
const allowed: [host: string, reached: string[]][] = [
  ['8.8.8.8', ['8.8.8.8']],
  ['1.1.1.1', ['1.1.1.1']],
  ['134744072', ['8.8.8.8']],
  ['0x08.8.8.8', ['8.8.8.8']],
  ['9.255.255.255', ['9.255.255.255']],
  ['11.0.0.0', ['11.0.0.0']],
  ['100.63.255.255', ['100.63.255.255']],
  ['100.128.0.0', ['100.128.0.0']],
  ['126.255.255.255', ['126.255.255.255']],
  ['128.0.0.1', ['128.0.0.1']],
  ['169.253.255.255', ['169.253.255.255']],
  ['169.255.0.0', ['169.255.0.0']],
  ['172.15.255.255', ['172.15.255.255']],
  ['172.32.0.0', ['172.32.0.0']],
  ['192.0.1.1', ['192.0.1.1']],
  ['192.167.255.255', ['192.167.255.255']],
  ['192.169.0.0', ['192.169.0.0']],
  ['198.17.255.255', ['198.17.255.255']],
  ['198.20.0.0', ['198.20.0.0']],
  ['203.0.112.255', ['203.0.112.255']],
  ['223.255.255.255', ['223.255.255.255']],
  ['[2606:4700:4700::1111]', ['2606:4700:4700::1111']],
  ['[2a00:1450:4001:80b::200e]', ['2a00:1450:4001:80b::200e']],
  ['[2001:4860:4860::8888]', ['2001:4860:4860::8888']],
  ['[2600:1f18::1]', ['2600:1f18::1']],
  ['[::ffff:8.8.8.8]', ['::ffff:808:808']],
  ['[64:ff9b::8.8.8.8]', ['64:ff9b::808:808']],
  ['[2002:808:808::1]', ['2002:808:808::1']],
  ['[2606:4700::5efe:8.8.8.8]', ['2606:4700::5efe:808:808']],
  ['cdn.example.com', ['93.184.215.14']],
  ['dual.example.com', ['2606:4700::6810:84e5', '104.16.132.229']],
  ['half.example.com', ['104.16.132.229']],
  ['nat64.example.com', ['64:ff9b::6810:84e5']],
];

async function guardedFetcher() {
  const cdn = await useHostileCdn();
  cdn.serve('/a.png', await picture(20, 10).png().toBuffer());
  const connected = rerouteSockets(cdn.port);
  // The listener's port is allowed, so that nothing but the guard stands in between.
  const { convert } = createConverter({ lookup, settings: { ports: [80, 443, cdn.port] } });
  return { cdn, connected, convert };
}

describe('an address of a special purpose', () => {
  it.each(refused)('%s is refused before a packet is sent', async (host) => {
    const { cdn, connected, convert } = await guardedFetcher();
    const attempt = await convert(`http://${host}:${cdn.port}/a.png`);
    expect(attempt.result).toBe('BLOCKED_ADDRESS');
    expect(connected).toEqual([]);
    expect(cdn.connections()).toBe(0);
  });

  it.each(refused)('%s is refused behind a redirect', async (host) => {
    const { cdn, connected, convert } = await guardedFetcher();
    const location = Buffer.from(`http://${host}:${cdn.port}/a.png`).toString('latin1');
    cdn.serve('/elsewhere', (_, response) => response.writeHead(302, { location }).end());
    const attempt = await convert('http://cdn.example.com/elsewhere');
    expect(attempt.result).toBe('BLOCKED_ADDRESS');
    expect(connected).toEqual(['93.184.215.14']);
  });
});

describe('an address of the public internet', () => {
  it.each(allowed)('%s is fetched from', async (host, reached) => {
    const { connected, convert } = await guardedFetcher();
    expect((await convert(`http://${host}/a.png`)).result).toBe('converted');
    expect(connected).toEqual(reached);
  });
});

it('has at least 60 refused and 20 allowed forms', () => {
  expect(new Set(refused).size).toBeGreaterThanOrEqual(60);
  expect(new Set(allowed.map(([host]) => host)).size).toBeGreaterThanOrEqual(20);
});
