import { onTestFinished } from 'vitest';
import { createInvokeEndpoint } from '../../local/aws/lambda/endpoint.ts';
import { createSecretsManager } from '../../local/aws/secrets/secrets-manager.ts';
import { type ControlHandlers, startControlServer } from '../../local/control-server.ts';
import { startStepFunctions } from '../support/step-functions.ts';
import { machineArn, single } from '../support/step-functions-definitions.ts';
import { startFunctions } from './aws/lambda/bundles.ts';

export const invocationsPath = '/2015-03-31/functions/Count/invocations';
export const signed = { authorization: 'AWS4-HMAC-SHA256 Credential=local' };
export const stateMachineArn = machineArn('Echo');

/**
 * The control port with a state machine Echo, a secret, and a function Count that answers with how often it has been
 * invoked; closed when the test ends.
 */
export async function startControl(given: Partial<ControlHandlers> = {}) {
  const { stepFunctions } = await startStepFunctions({ standard: { Echo: single('Echo', { Type: 'Pass' }) } });
  const functions = await startFunctions({
    Count: 'let count = 0; export const handler = async () => { count += 1; return count; };',
  });
  const { endpoint, close } = await startControlServer(0, {
    stepFunctions: stepFunctions.handler,
    secretsManager: createSecretsManager(new Map([['arn:aws:secretsmanager:us-east-1:0:secret:S', '{}']])),
    lambda: createInvokeEndpoint(functions),
    ...given,
  });
  onTestFinished(close);
  const send = (path: string, init: RequestInit = {}) => fetch(`${endpoint}${path}`, { method: 'POST', ...init });
  return {
    endpoint,
    send,
    stepFunctions,
    /** Invokes Count as the SDK does: 1 where nobody has invoked it before. */
    count: async () => {
      const answer = await send(`${invocationsPath}?Qualifier=live`, { body: '{}', headers: signed });
      return answer.json();
    },
  };
}
