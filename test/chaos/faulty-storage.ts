import { type IncomingHttpHeaders, request as sendRequest } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import { seededRandom } from '../../local/demo/sample/random.ts';
import { listen } from './listen.ts';

export type FaultyStorage = {
  /** What functions are told to be S3 and SQS. */
  endpoint: string;
  /** The real S3 and SQS; while it is null, or does not answer, every request gets 503. */
  upstream: string | null;
  /** Bodies of the messages that functions sent, each of which was delivered twice. */
  messages: string[];
  /** Answers of 503, and answers that were lost after the request was carried out. */
  refused: number;
  lost: number;
  /** Calls `reached` when the `count`-th object from now is in the images bucket, before its writer hears of it. */
  afterStored(count: number, reached: () => void): void;
  close(): Promise<void>;
};

type Answer = { status: number; headers: IncomingHttpHeaders; body: Buffer };

/**
 * Stands between functions and S3 and SQS: refuses a share of the requests with 503, loses the answers to another, and
 * carries out every SendMessage twice.
 */
export async function startFaultyStorage(options: {
  seed: number;
  refusePercent: number;
  losePercent: number;
  imagesBucket: string;
}): Promise<FaultyStorage> {
  const random = seededRandom(options.seed, 'storage');
  let countdown = { left: Number.POSITIVE_INFINITY, reached: () => {} };

  const server = await listen(async (request, response) => {
    const body = await buffer(request);
    const refuses = random.integer(1, 100) <= options.refusePercent;
    if (refuses) storage.refused += 1;
    const forward = (): Promise<Answer> =>
      carryOut(storage.upstream, request.method, request.url, request.headers, body);
    const answer = refuses ? unavailable : await forward();
    if (answer.status === 200 && request.headers['x-amz-target'] === 'AmazonSQS.SendMessage') {
      storage.messages.push(sendMessageSchema.parse(JSON.parse(body.toString())).MessageBody);
      await forward();
    }
    if (answer.status === 200 && request.method === 'PUT' && request.url?.startsWith(`/${options.imagesBucket}/`)) {
      countdown.left -= 1;
      if (countdown.left === 0) countdown.reached();
    }
    if (!refuses && random.integer(1, 100) <= options.losePercent) {
      storage.lost += 1;
      response.destroy();
      return;
    }
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  const storage: FaultyStorage = {
    endpoint: `http://${server.host}`,
    upstream: null,
    messages: [],
    refused: 0,
    lost: 0,
    afterStored: (left, reached) => {
      countdown = { left, reached };
    },
    close: server.close,
  };
  return storage;
}

const sendMessageSchema = z.object({ MessageBody: z.string() });

const unavailable: Answer = {
  status: 503,
  headers: { 'content-type': 'application/xml' },
  body: Buffer.from('<Error><Code>ServiceUnavailable</Code><Message>Please retry.</Message></Error>'),
};

/** The request as it came, sent on; what cannot be reached is unavailable. */
function carryOut(
  upstream: string | null,
  method: string | undefined,
  path: string | undefined,
  { 'transfer-encoding': _chunked, expect: _expect, connection: _connection, ...headers }: IncomingHttpHeaders,
  body: Buffer,
): Promise<Answer> {
  if (upstream === null) return Promise.resolve(unavailable);
  return new Promise((resolve) => {
    const sent = sendRequest(
      new URL(path ?? '/', upstream),
      { method, headers: { ...headers, 'content-length': body.length }, agent: false },
      async (received) => {
        try {
          const { 'transfer-encoding': _encoding, connection: _close, ...kept } = received.headers;
          resolve({ status: received.statusCode ?? 503, headers: kept, body: await buffer(received) });
        } catch {
          resolve(unavailable);
        }
      },
    );
    sent.once('error', () => resolve(unavailable));
    sent.end(body);
  });
}
