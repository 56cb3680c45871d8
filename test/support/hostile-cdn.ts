import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { misbehaviours } from './hostile-cdn-misbehaviours.ts';
import type { HostileCdn, Responder } from './hostile-cdn-types.ts';

/**
 * A CDN on a free port of 127.0.0.1 that does everything a supplier's server was ever seen doing: one path for each of
 * the {@link misbehaviours}, besides what a test serves itself; 404 elsewhere.
 */
export async function startHostileCdn(): Promise<HostileCdn> {
  const answers = new Map<string, Responder>();
  let connections = 0;
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    cdn.requests.push({ path, headers: request.headers });
    const pathname = path.split('?', 1)[0] ?? path;
    const respond = answers.get(path) ?? misbehaviours[pathname.slice(1)];
    // Clients hang up on most of this.
    response.on('error', () => {});
    if (respond) respond(request, response, cdn);
    else response.writeHead(404).end('no such image');
  });
  server.on('connection', (socket) => {
    socket.on('error', () => {});
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  const cdn: HostileCdn = {
    port,
    host,
    url: (path) => `http://${host}${path}`,
    serve(path, answer) {
      answers.set(path, Buffer.isBuffer(answer) ? (_, response) => response.end(answer) : answer);
      return `http://${host}${path}`;
    },
    requests: [],
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return cdn;
}

/** A CDN for one test, closed when it ends. */
export async function useHostileCdn(): Promise<HostileCdn> {
  const cdn = await startHostileCdn();
  onTestFinished(() => cdn.close());
  return cdn;
}
