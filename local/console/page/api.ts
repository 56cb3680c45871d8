/** An answer other than 2xx: one sentence of the stack. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
}

/** Calls Step Functions as the AWS CLI does. https://docs.aws.amazon.com/step-functions/latest/apireference/ */
export async function stepFunctions<Result>(operation: string, input: object): Promise<Result> {
  return send('/', {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AWSStepFunctions.${operation}` },
    body: JSON.stringify(input),
  });
}

const token = document.querySelector<HTMLMetaElement>('meta[name=console-token]')?.content ?? '';

/** Asks the console's own server, beneath /console/api/. */
export async function query<Result>(path: string, parameters: Record<string, string> = {}): Promise<Result> {
  return send(`/console/api/${path}?${new URLSearchParams(parameters)}`, { headers: { 'x-console-token': token } });
}

/** Sends a file, or anything else as JSON. */
export async function post<Result>(
  path: string,
  body: Blob | object,
  parameters: Record<string, string> = {},
): Promise<Result> {
  return send(`/console/api/${path}?${new URLSearchParams(parameters)}`, {
    method: 'POST',
    headers: { 'x-console-token': token },
    body: body instanceof Blob ? body : JSON.stringify(body),
  });
}

async function send<Result>(path: string, init: RequestInit): Promise<Result> {
  const response = await fetch(path, init).catch(() => {
    throw new ApiError('The stack does not answer: was it stopped?');
  });
  const answer = await response.json().catch(() => ({ message: response.statusText }));
  if (!response.ok) throw new ApiError(answer.message ?? answer.__type ?? response.statusText);
  return answer;
}

/** Keys of objects as paths. */
export const objectPath = (kind: 'images' | 'reports', key: string): string =>
  `/console/${kind}/${key.split('/').map(encodeURIComponent).join('/')}`;
