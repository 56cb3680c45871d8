import { StartSyncExecutionCommand } from '@aws-sdk/client-sfn';
import { stepFunctionsClient } from '../shared/aws/step-functions.ts';
import { environment } from '../shared/runtime/environment.ts';
import { loggerFor } from '../shared/runtime/logger.ts';
import { type BatchResponse, convertQueued, type Dependencies, queueEventSchema } from './convert-queued.ts';

/** Event source mapping of the image queue, with ReportBatchItemFailures. */
export async function handler(event: unknown): Promise<BatchResponse> {
  const logger = loggerFor({});
  return convertQueued(
    {
      convertImages,
      reportFailure: (messageId, reason) =>
        logger.error('Message failed', {
          messageId,
          error: reason instanceof Error ? reason : new Error(String(reason)),
        }),
    },
    queueEventSchema.parse(event),
  );
}

const convertImages: Dependencies['convertImages'] = async (batch) => {
  const execution = await stepFunctionsClient().send(
    new StartSyncExecutionCommand({
      stateMachineArn: environment('CONVERT_IMAGES_ARN'),
      input: JSON.stringify(batch),
    }),
  );
  if (execution.status !== 'SUCCEEDED') {
    throw new Error(`ConvertImages ended ${execution.status}: ${execution.error}: ${execution.cause}`);
  }
};
