import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';

export type Responder = (request: IncomingMessage, response: ServerResponse, cdn: HostileCdn) => void;

export type HostileCdn = {
  port: number;
  /** `127.0.0.1:port`, as ALLOWED_IMAGE_HOSTS takes it. */
  host: string;
  url: (path: string) => string;
  /** Answers at `path` with these bytes, or as the responder likes. */
  serve: (path: string, answer: Buffer | Responder) => string;
  /** Every request so far, oldest first. */
  requests: { path: string; headers: IncomingHttpHeaders }[];
  connections: () => number;
  close: () => Promise<void>;
};
