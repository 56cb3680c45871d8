import { SFNClient } from '@aws-sdk/client-sfn';

let client: SFNClient | undefined;

/**
 * The function's Step Functions client. StartSyncExecution lives on a host of its own, which the SDK reaches by putting
 * `sync-` before any host name, 127.0.0.1 included. Instead AWS_ENDPOINT_URL_SFN names the host that is meant: a function
 * that starts Express executions has it set to `https://sync-states.{region}.amazonaws.com` by infrastructure/.
 */
export function stepFunctionsClient(): SFNClient {
  client ??= new SFNClient({ maxAttempts: 4, disableHostPrefix: true });
  return client;
}
