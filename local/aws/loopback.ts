import type { IncomingHttpHeaders } from 'node:http';

const loopbackHost = /^(127\.0\.0\.1|\[::1\]|localhost|[a-z0-9][a-z0-9.-]*\.localhost)(:\d+)?$/i;

/**
 * Why a request to an endpoint of the stack is refused, null where it is not. The endpoints listen on loopback and
 * ask for no password, so what has to be kept out is a web page: it sends an Origin, or reaches 127.0.0.1 under a host
 * name of its own (DNS rebinding). No AWS client does either.
 */
export function refusalOf(headers: IncomingHttpHeaders): string | null {
  if (headers.origin !== undefined) return `Requests from web pages are refused (Origin: ${headers.origin})`;
  if (!loopbackHost.test(headers.host ?? '')) return `Only loopback hosts are served, not "${headers.host ?? ''}"`;
  return null;
}
