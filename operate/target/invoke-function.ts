import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { Target } from './clients.ts';

/** Invokes a function and returns its result; throws its error's message where it fails. */
export async function invokeFunction(target: Pick<Target, 'lambda'>, name: string, event: unknown): Promise<unknown> {
  const { Payload, FunctionError } = await target.lambda.send(
    new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event) }),
  );
  const payload: unknown = JSON.parse(Buffer.from(Payload ?? []).toString('utf8') || 'null');
  if (!FunctionError) return payload;
  const described = typeof payload === 'object' && payload !== null && 'errorMessage' in payload;
  throw new Error(String(described ? payload.errorMessage : FunctionError));
}
