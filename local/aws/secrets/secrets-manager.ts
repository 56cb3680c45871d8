import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { refusalOf } from '../loopback.ts';
import { readBody } from '../request-body.ts';

/** Far more than an ARN. */
const bodyLimitBytes = 64 * 1024;

const requestSchema = z.object({ SecretId: z.string() });

/**
 * Answers GetSecretValue in AWS JSON 1.1 out of `secrets`, whose keys are ARNs; a secret is found by its name as well.
 * Nothing else of Secrets Manager is there. To be given to `http.createServer`, listening on loopback.
 */
export function createSecretsManager(
  secrets: ReadonlyMap<string, string>,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const answer = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
    };
    const fail = (type: string, message: string) => answer(400, { __type: type, Message: message });
    const refusal = refusalOf(request.headers);
    if (refusal !== null) return answer(403, { __type: 'AccessDeniedException', Message: refusal });
    if (request.method !== 'POST' || request.headers['x-amz-target'] !== 'secretsmanager.GetSecretValue') {
      return fail('UnknownOperationException', `Not emulated: ${request.headers['x-amz-target'] ?? request.url}`);
    }
    const body = requestSchema.safeParse(parseJson(String(await readBody(request, bodyLimitBytes))));
    if (!body.success) return fail('InvalidRequestException', 'Expected a JSON object with SecretId');
    const { SecretId } = body.data;
    const found = [...secrets].find(([arn]) => arn === SecretId || nameOf(arn) === SecretId);
    if (found === undefined) {
      return fail('ResourceNotFoundException', `Secrets Manager can't find the specified secret: ${SecretId}`);
    }
    const [ARN, SecretString] = found;
    return answer(200, { ARN, Name: nameOf(ARN), SecretString, VersionId: versionId, VersionStages: ['AWSCURRENT'] });
  };
}

const versionId = '00000000-0000-0000-0000-000000000000';

/** `arn:aws:secretsmanager:us-east-1:000000000000:secret:NAME` → NAME */
function nameOf(arn: string): string {
  return arn.split(':').slice(6).join(':');
}

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}
