import ipaddr from 'ipaddr.js';
import { embeddedIpv4 } from './embedded-ipv4.ts';

/**
 * Ranges that ipaddr.js does not know: Azure's host agent, which answers inside any of its networks, and the special
 * purposes of IPv6 that lie in global unicast space.
 * https://www.iana.org/assignments/iana-ipv6-special-registry
 */
const refusedIpv4 = [ipaddr.IPv4.parseCIDR('168.63.129.16/32')];
const refusedIpv6 = ['2001::/23', '2001:db8::/32', '3fff::/20', '2620:4f:8000::/48'].map((range) =>
  ipaddr.IPv6.parseCIDR(range),
);
/** The only IPv6 space given out to networks. https://www.iana.org/assignments/ipv6-address-space */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Whether an address belongs to the public internet: in none of the ranges of the IANA special-purpose registries, and
 * any IPv4 address it carries neither. What is not an address is not public.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  return parsed instanceof ipaddr.IPv6 ? isPublicIpv6(parsed) : isPublicIpv4(parsed);
}

function isPublicIpv4(address: ipaddr.IPv4): boolean {
  return address.range() === 'unicast' && !refusedIpv4.some((range) => address.match(range));
}

function isPublicIpv6(address: ipaddr.IPv6): boolean {
  if (address.zoneId !== undefined) return false;
  const { addresses, replacesPrefix } = embeddedIpv4(address);
  if (!addresses.every(isPublicIpv4)) return false;
  if (replacesPrefix) return true;
  return address.match(globalUnicast) && !refusedIpv6.some((range) => address.match(range));
}
