import type { Endpoints } from '../operate/target/endpoints.ts';
import type { FunctionDefinition } from './aws/lambda/protocol.ts';
import type { Wiring } from './aws/template/wiring.ts';
import { databaseConcurrency } from './laptop-settings.ts';

/**
 * The template's functions with the environment they have on a laptop: the template's own, but for the endpoints of the
 * SDK clients, the address that images are read under (there is no CloudFront) and the hosts exempt from the address
 * guard.
 */
export function functionDefinitions(
  wiring: Wiring,
  endpoints: Endpoints,
  options: { allowImageHosts: string[]; environment?: Record<string, string> },
): FunctionDefinition[] {
  const here: Record<string, string> = {
    IMAGES_BASE_URL: `${endpoints.s3}/${endpoints.imagesBucket}`,
    ALLOWED_IMAGE_HOSTS: options.allowImageHosts.join(','),
    ...options.environment,
  };
  const sdk = {
    AWS_ENDPOINT_URL_S3: endpoints.s3,
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    AWS_ENDPOINT_URL_SFN: endpoints.stepFunctions,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.lambda,
  };
  return wiring.functions.map((definition) => {
    const known = { ...definition.environment, ...sdk };
    const replaced = Object.entries(here).filter(([name]) => name in known);
    return {
      name: definition.name,
      arn: definition.arn,
      bundle: definition.bundle,
      timeoutSeconds: definition.timeoutSeconds,
      memoryMegabytes: definition.memoryMegabytes,
      reservedConcurrency: definition.reservedConcurrency,
      maxWorkers: 'DATABASE_SECRET_ARN' in known ? databaseConcurrency : undefined,
      environment: { ...known, ...Object.fromEntries(replaced) },
    };
  });
}

/** Name of the function whose construct is `id`, e.g. `SweepImages`. */
export function functionNamed(wiring: Wiring, id: string): string {
  return logicalMatch(wiring.functions, `Functions${id}`).name;
}

/** The resource whose logical id is `id` and the eight letters of CDK's hash. */
export function logicalMatch<T extends { logicalId: string }>(resources: readonly T[], id: string): T {
  const found = resources.find(({ logicalId }) => logicalId.slice(0, -8) === id);
  if (found === undefined) throw new Error(`The template has no ${id}: infrastructure/ and local/ have parted`);
  return found;
}
