import type { IncomingMessage, ServerResponse } from 'node:http';
import { refusalOf } from '../loopback.ts';
import { readBody } from '../request-body.ts';
import { FunctionError, InvokeError } from './errors.ts';
import type { Functions } from './functions.ts';

/** Names and ARNs hold letters, digits and `-_.:$`; SDKs escape some of them. */
const invokePath = /^\/2015-03-31\/functions\/((?:[\w.:$-]|%[2-7][\dA-F])+)\/invocations(?:\?|$)/i;
/** Above what a function takes, whose own answer names its limit. */
const bodyLimitBytes = 7 * 1024 * 1024;

/** Whether a request is one for this endpoint. */
export function isInvocation(request: IncomingMessage): boolean {
  return invokePath.test(request.url ?? '');
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
    if (request.method !== 'POST') {
      return answer(405, { Message: 'Functions are invoked by POST' }, { 'x-amzn-errortype': 'MethodNotAllowed' });
    }
    // Not checked, only asked for: no page can send it to another origin, whatever its browser tells of it.
    if (!request.headers.authorization?.startsWith('AWS4-')) {
      const type = 'MissingAuthenticationTokenException';
      return answer(403, { Message: 'Missing Authentication Token' }, { 'x-amzn-errortype': type });
    }
    const [, name = ''] = invokePath.exec(request.url ?? '') ?? [];
    const body = await readBody(request, bodyLimitBytes);
    if (body === null) {
      const message = `The body is over ${bodyLimitBytes} bytes`;
      return answer(413, { Message: message }, { 'x-amzn-errortype': 'RequestTooLargeException' });
    }
    let payload: unknown;
    try {
      payload = body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
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
