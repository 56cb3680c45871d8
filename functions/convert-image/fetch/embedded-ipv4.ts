import ipaddr from 'ipaddr.js';

/** Prefixes behind which the last 32 bits are the IPv4 address that packets end up at. */
const lastBits = [
  '::/96', // IPv4-compatible, RFC 4291
  '::ffff:0:0/96', // IPv4-mapped, RFC 4291
  '::ffff:0:0:0/96', // IPv4-translated, RFC 2765
  '64:ff9b::/96', // NAT64, RFC 6052: what a dual-stack VPC resolves IPv4-only hosts to
].map((prefix) => ipaddr.IPv6.parseCIDR(prefix));
const sixToFour = ipaddr.IPv6.parseCIDR('2002::/16');
const teredo = ipaddr.IPv6.parseCIDR('2001::/32');

/**
 * The IPv4 addresses inside an IPv6 address. `replacesPrefix` where nothing but they decides what is reached; an ISATAP
 * interface id (RFC 5214, `…:0:5efe:a.b.c.d`) comes behind any prefix, which is to be judged too.
 */
export function embeddedIpv4(address: ipaddr.IPv6): { addresses: ipaddr.IPv4[]; replacesPrefix: boolean } {
  const bytes = address.toByteArray();
  const at = (offset: number, mask = 0) => new ipaddr.IPv4(bytes.slice(offset, offset + 4).map((byte) => byte ^ mask));

  if (lastBits.some((prefix) => address.match(prefix))) return { addresses: [at(12)], replacesPrefix: true };
  // RFC 3056: the gateway follows the prefix.
  if (address.match(sixToFour)) return { addresses: [at(2)], replacesPrefix: true };
  // RFC 4380: the server, and the client with its bits inverted.
  if (address.match(teredo)) return { addresses: [at(4), at(12, 0xff)], replacesPrefix: true };
  const isatap = ((bytes[8] ?? 0) & 0xfd) === 0 && bytes[9] === 0 && bytes[10] === 0x5e && bytes[11] === 0xfe;
  return { addresses: isatap ? [at(12)] : [], replacesPrefix: false };
}
