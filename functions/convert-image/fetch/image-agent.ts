import type { LookupFunction } from 'node:net';
import { isIP } from 'node:net';
import { Agent, buildConnector } from 'undici';
import type { ConversionSettings } from '../conversion-settings.ts';
import { ImageError } from '../image-error.ts';
import { isPublicAddress } from './address-guard.ts';

export type AgentSettings = Pick<ConversionSettings, 'ports' | 'timeouts'> & {
  /** `host:port`, exempt from the guard: a CDN on loopback in tests and on a laptop. */
  allowedHosts: ReadonlySet<string>;
  /** Resolves host names, as `dns.lookup` does. */
  lookup: LookupFunction;
};

/**
 * The HTTP client for hosts nobody vouches for. Every connection is judged here, just before it is made, whichever
 * request, redirect or keep-alive asks for it: literal addresses before net sees them, host names by what they resolve
 * to, the connection going to the very address that was judged.
 */
export function createImageAgent(settings: AgentSettings): Agent {
  const { timeouts } = settings;
  const connector = (lookup: LookupFunction) =>
    buildConnector({
      lookup,
      timeout: timeouts.connect * 1000,
      allowH2: false,
      keepAlive: false,
      autoSelectFamily: true,
    });
  const openConnector = connector(settings.lookup);
  const guardedConnector = connector(guardLookup(settings.lookup));

  const connect: buildConnector.connector = (options, callback) => {
    const { hostname } = options;
    const port = options.port || (options.protocol === 'https:' ? '443' : '80');
    const literal = isIP(hostname);
    if (settings.allowedHosts.has(`${literal === 6 ? `[${hostname}]` : hostname}:${port}`)) {
      return openConnector(options, callback);
    }
    // net asks no lookup function for a literal.
    if (literal !== 0 && !isPublicAddress(hostname)) return callback(refusedAddress(hostname, [hostname]), null);
    if (!settings.ports.includes(Number(port))) return callback(refusedPort(hostname, port, settings.ports), null);
    return guardedConnector(options, callback);
  };
  return new Agent({
    connect,
    // An environment converts one image at a time; plan-images puts a host's images together, so sockets are reused.
    connections: 1,
    pipelining: 1,
    keepAliveTimeout: 4_000,
    keepAliveMaxTimeout: 10_000,
    headersTimeout: timeouts.headers * 1000,
    bodyTimeout: timeouts.idle * 1000,
    maxHeaderSize: 16_384,
  });
}

/** Leaves the public ones of a host's addresses; none left is a refusal. */
function guardLookup(lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      const addresses = typeof found === 'string' ? [{ address: found, family: isIP(found) }] : found;
      const open = addresses.filter(({ address }) => isPublicAddress(address));
      const [first] = open;
      if (first === undefined) {
        return callback(
          refusedAddress(
            hostname,
            addresses.map(({ address }) => address),
          ),
          [],
        );
      }
      return options.all ? callback(null, open) : callback(null, first.address, first.family);
    });
  };
}

function refusedAddress(host: string, addresses: readonly string[]): ImageError {
  return new ImageError(
    'BLOCKED_ADDRESS',
    `${host} is at ${addresses.slice(0, 4).join(', ') || 'no address'}; expected an address of the public internet.`,
  );
}

function refusedPort(host: string, port: string, ports: readonly number[]): ImageError {
  return new ImageError('BAD_URL', `${host} is to be asked on port ${port}; expected ${ports.join(' or ')}.`);
}
