import { StartSyncExecutionCommand } from '@aws-sdk/client-sfn';
import { environment } from '../shared/environment.ts';
import { loggerFor } from '../shared/logger.ts';
import { stepFunctionsClient } from '../shared/step-functions.ts';
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
      now: () => new Date(),
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
