import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { refusalOf } from '../loopback.ts';
import { FunctionError, InvokeError } from './errors.ts';
import type { Functions } from './functions.ts';

const invokePath = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/** Whether a request is one for this endpoint. */
export function isInvocation(request: IncomingMessage): boolean {
  return invokePath.test(new URL(request.url ?? '/', 'http://localhost').pathname);
}

/** Answers Lambda's Invoke, synchronous invocations only: what the AWS CLI and `@aws-sdk/client-lambda` send. */
export function createInvokeEndpoint(functions: Functions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const answer = (status: number, body: unknown, headers: Record<string, string> = {}) => {
      response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(body) ?? 'null');
    };
    const refusal = refusalOf(request.headers);
    if (refusal !== null) return answer(403, { Message: refusal }, { 'x-amzn-errortype': 'AccessDeniedException' });
    const [, name = ''] = invokePath.exec(new URL(request.url ?? '/', 'http://localhost').pathname) ?? [];
    const body = (await buffer(request)).toString('utf8');
    let payload: unknown;
    try {
      payload = body === '' ? {} : JSON.parse(body);
    } catch {
      const message = 'Could not parse request body into json';
      return answer(400, { Message: message }, { 'x-amzn-errortype': 'InvalidRequestContentException' });
    }
    try {
      answer(200, await functions.invoke(decodeURIComponent(name), payload), { 'x-amz-executed-version': '$LATEST' });
    } catch (error) {
      if (error instanceof InvokeError) {
        return answer(error.statusCode, { Message: error.message }, { 'x-amzn-errortype': error.exception });
      }
      if (!(error instanceof FunctionError)) throw error;
      const described = { errorType: error.name, errorMessage: error.message, trace: error.trace };
      answer(200, described, { 'x-amz-function-error': 'Unhandled' });
    }
  };
}
