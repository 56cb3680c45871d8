import { resolve } from 'node:path';
import type { FunctionDefinition } from './protocol.ts';

/** Of the laptop's environment, what programs cannot do without; everything else stays outside. */
const essentials = ['PATH', 'HOME', 'TMPDIR', 'LANG'];

/** Each bundle is compiled once, and not in every thread of every stack: a quarter of a cold start's work. */
const compileCache = resolve(import.meta.dirname, '../../../node_modules/.cache/node-compile');

/** Credentials that let SDK clients sign; the local endpoints check nothing. */
const credentials = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local', AWS_SESSION_TOKEN: 'local' };

/** The whole environment of a function: Lambda's own variables, then the function's. */
export function environmentOf(definition: FunctionDefinition, inherited: NodeJS.ProcessEnv): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of essentials) {
    const value = inherited[name];
    if (value !== undefined) environment[name] = value;
  }
  const region = definition.arn.split(':')[3] ?? 'us-east-1';
  return {
    ...environment,
    ...credentials,
    NODE_COMPILE_CACHE: compileCache,
    TZ: ':UTC',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMegabytes),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${definition.name}`,
    // No X-Ray daemon listens here, and no instance metadata service answers.
    POWERTOOLS_TRACE_ENABLED: 'false',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...definition.environment,
  };
}
