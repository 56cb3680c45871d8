import { createServer, type RequestListener } from 'node:http';

/** A server on a free port of loopback: its `127.0.0.1:port`, and what ends it and its connections. */
export async function listen(answer: RequestListener): Promise<{ host: string; close(): Promise<void> }> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Not listening on a port');
  return {
    host: `127.0.0.1:${address.port}`,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
