import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isInvocation } from './aws/lambda/endpoint.ts';
import { isConsoleRequest } from './console/server/console.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
export type ControlHandlers = { stepFunctions: Handler; secretsManager: Handler; lambda: Handler; console: Handler };

export type ControlServer = {
  /** `http://127.0.0.1:PORT`: the endpoint of Step Functions, Lambda and Secrets Manager, and the console's address. */
  endpoint: string;
  close(): Promise<void>;
};

/**
 * Listens on loopback and hands each request to the service that its X-Amz-Target or path names. `handlers` may be
 * filled after the start: until then requests are answered with 503, which SDK clients retry.
 */
export async function startControlServer(port: number, handlers: Partial<ControlHandlers>): Promise<ControlServer> {
  const server = createServer((request, response) => {
    const handler = handlers[handlers.console && isConsoleRequest(request) ? 'console' : serviceOf(request)];
    if (handler === undefined) {
      response.writeHead(503).end('The stack is starting\n');
      return;
    }
    answer(handler, request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ __type: 'InternalFailure', message: String(error) }));
    });
  });
  await listen(server, port);
  const { port: actual } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${actual}`,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** In a promise also where the handler is none: what it throws must not reach the event loop. */
async function answer(handler: Handler, request: IncomingMessage, response: ServerResponse): Promise<void> {
  await handler(request, response);
}

function serviceOf(request: IncomingMessage): keyof ControlHandlers {
  if (String(request.headers['x-amz-target'] ?? '').startsWith('secretsmanager.')) return 'secretsManager';
  return isInvocation(request) ? 'lambda' : 'stepFunctions';
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const inUse = 'code' in error && error.code === 'EADDRINUSE';
      reject(inUse ? new Error(`Port ${port} is in use: choose another with --port`) : error);
    });
    server.listen(port, '127.0.0.1', () => resolve());
  });
}
