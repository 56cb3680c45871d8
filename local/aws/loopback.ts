import type { IncomingHttpHeaders } from 'node:http';

/** `sync-` is what AWS clients put before the host of StartSyncExecution; no public name is like these two. */
const loopbackHost = /^((sync-)?(127\.0\.0\.1|localhost)|\[::1\]|[a-z0-9][a-z0-9.-]*\.localhost)(:\d+)?$/i;

/**
 * Why a request to an endpoint of the stack is refused, null where it is not. The endpoints listen on loopback and
 * ask for no password, so what has to be kept out is a web page of somebody else: it reaches 127.0.0.1 under a host name
 * of its own (DNS rebinding), sends another Origin, or is told by the browser to be of another site, which covers what is
 * sent without an Origin: images, links, frames. A page that the same endpoint served passes, and so does an address
 * that was typed (`none`). No AWS client sends Origin or Sec-Fetch-Site. https://www.w3.org/TR/fetch-metadata/
 */
export function refusalOf(headers: IncomingHttpHeaders): string | null {
  const { host = '', origin, 'sec-fetch-site': site } = headers;
  if (!loopbackHost.test(host)) return `Only loopback hosts are served, not "${host}"`;
  if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`) {
    return `Requests from web pages are refused (Origin: ${origin})`;
  }
  if (site !== undefined && site !== 'none' && site !== 'same-origin') {
    return `Requests from web pages are refused (Sec-Fetch-Site: ${site})`;
  }
  return null;
}
