import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { onTestFinished, vi } from 'vitest';

export type ApiCall = { action: string; input: unknown };
export type ApiAnswer = { status: number; body: object };

/**
 * Step Functions' wire protocol on a free port for one test: records calls and gives the answers it is told. The
 * functions' SDK clients are pointed at it.
 */
export async function startStepFunctionsApi(answer: (call: ApiCall) => ApiAnswer): Promise<ApiCall[]> {
  const calls: ApiCall[] = [];
  const server = createServer(async (request, response) => {
    const action = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    const call = { action, input: await json(request) };
    calls.push(call);
    const { status, body } = answer(call);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Not listening on a port');
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.stubEnv('AWS_ENDPOINT_URL_SFN', `http://127.0.0.1:${address.port}`);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    server.closeAllConnections();
    server.close();
  });
  return calls;
}
