import { SQSClient } from '@aws-sdk/client-sqs';

let client: SQSClient | undefined;

/**
 * The function's SQS client; AWS_ENDPOINT_URL_SQS points it elsewhere. It would not if the SDK took the host out of the
 * queue's URL, as it does by itself.
 */
export function queueClient(): SQSClient {
  client ??= new SQSClient({ maxAttempts: 4, useQueueUrlAsEndpoint: false });
  return client;
}
