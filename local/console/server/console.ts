import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { refusalOf } from '../../aws/loopback.ts';
import { consoleDirectory } from '../build-console.ts';
import { type ConsoleParts, createApi } from './api.ts';
import { icon, pageHeaders, pageHtml, sealedReportHeaders } from './headers.ts';
import { RequestError } from './request-error.ts';
import { readImage, readReport } from './stored-objects.ts';

/** Whether a request of the control port is for the console: an address that a browser shows, or what its page asks for. */
export function isConsoleRequest({ method, url = '/', headers }: IncomingMessage): boolean {
  if (url.startsWith('/console/')) return true;
  return (method === 'GET' || method === 'HEAD') && url === '/' && headers['x-amz-target'] === undefined;
}

/**
 * Serves the console. Only its own page may use it: other origins and host names are refused, and whatever reads or
 * changes anything needs the token that this page alone was given.
 */
export function createConsole(parts: ConsoleParts) {
  const token = randomBytes(32).toString('base64url');
  const api = createApi(parts);
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const refusal = refusalOf(request.headers);
      if (refusal !== null) throw new RequestError(403, refusal);
      await answer(request, response);
    } catch (error) {
      const status = error instanceof RequestError ? error.status : 500;
      const message = error instanceof Error ? error.message : String(error);
      // Whatever of the body is unread goes with the connection.
      sendJson(response, status, { message: message.split('\n')[0] }, { connection: 'close' });
    }
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://console');
    if (pathname.startsWith('/console/api/')) {
      if (!isToken(request.headers['x-console-token'], token)) {
        throw new RequestError(403, 'This page is of a stack that has ended: load it again');
      }
      const operation = `${request.method} ${pathname.slice('/console/api/'.length)}`;
      return sendJson(response, 200, await api(operation, searchParams, request));
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') throw new RequestError(405, 'Only GET is served here');
    const send = (body: Buffer | string, headers: Record<string, string>) => {
      response.writeHead(200, { ...pageHeaders, ...headers }).end(body);
    };
    if (pathname === '/') return send(pageHtml(token), { 'content-type': 'text/html; charset=utf-8' });
    if (pathname === '/console/icon.svg') return send(icon, { 'content-type': 'image/svg+xml' });
    const asset = /^\/console\/(main\.(?:js|css))$/.exec(pathname)?.[1];
    if (asset !== undefined) {
      const contentType = asset.endsWith('.js') ? 'text/javascript; charset=utf-8' : 'text/css; charset=utf-8';
      return send(await readFile(join(consoleDirectory, asset)), { 'content-type': contentType });
    }
    const [, kind, encodedKey] = /^\/console\/(images|reports)\/(.+)$/.exec(pathname) ?? [];
    if (kind === undefined || encodedKey === undefined) throw new RequestError(404, `There is no page ${pathname}`);
    const key = decodeKey(encodedKey);
    if (kind === 'images') {
      // Named after its bytes: it never changes.
      const headers = { 'content-type': 'image/webp', 'cache-control': 'private, max-age=31536000, immutable' };
      return send(await readImage(parts.target, key), headers);
    }
    const { body, headers } = await readReport(parts.target, key, parts.imagesBaseUrl);
    send(body, { ...sealedReportHeaders, ...headers });
  }
}

function decodeKey(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw new RequestError(400, `"${encoded}" is not the key of an object`);
  }
}

function isToken(given: string | string[] | undefined, token: string): boolean {
  const [left, right] = [Buffer.from(String(given ?? '')), Buffer.from(token)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function sendJson(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  if (response.headersSent || response.destroyed) return;
  response
    .writeHead(status, { ...pageHeaders, 'content-type': 'application/json', ...headers })
    .end(JSON.stringify(body) ?? 'null');
}
