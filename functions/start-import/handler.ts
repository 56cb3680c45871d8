import { ExecutionAlreadyExists, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { z } from 'zod';
import { stepFunctionsClient } from '../shared/aws/step-functions.ts';
import { environment } from '../shared/runtime/environment.ts';
import { loggerFor } from '../shared/runtime/logger.ts';
import { importAgain, importAgainEventSchema } from './import-again.ts';
import { objectCreatedSchema } from './object-created.ts';
import { type Dependencies, type StartedImport, startImport } from './start-import.ts';

/** EventBridge rules "Object Created" of the uploads bucket and "Import again" → StartExecution of ProductImport. */
export async function handler(event: unknown): Promise<StartedImport> {
  const input = z.union([objectCreatedSchema, importAgainEventSchema]).parse(event);
  const isAgain = input['detail-type'] === 'Import again';
  const started = await (isAgain ? importAgain({ startExecution }, input) : startImport({ startExecution }, input));
  const { bucket, key } = isAgain
    ? input.detail.upload
    : { bucket: input.detail.bucket.name, key: input.detail.object.key };
  loggerFor({ bucket, key }).info(`Import ${started.result}`, { executionName: started.name });
  return started;
}

const startExecution: Dependencies['startExecution'] = async (name, input) => {
  try {
    const stateMachineArn = environment('PRODUCT_IMPORT_ARN');
    await stepFunctionsClient().send(
      new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }),
    );
    return 'started';
  } catch (error) {
    // The name says which version of which object it is: whoever started it, it is being or has been imported.
    if (error instanceof ExecutionAlreadyExists) return 'exists';
    throw error;
  }
};
