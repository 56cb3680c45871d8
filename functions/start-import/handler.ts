import { ExecutionAlreadyExists, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { importAgainInputSchema } from '../../workflows/payloads/import-states.ts';
import { stepFunctionsClient } from '../shared/aws/step-functions.ts';
import { headObject } from '../shared/aws/storage.ts';
import { environment } from '../shared/runtime/environment.ts';
import { loggerFor } from '../shared/runtime/logger.ts';
import { importAgain } from './import-again.ts';
import { objectCreatedSchema } from './object-created.ts';
import { type Dependencies, type StartedImport, startImport } from './start-import.ts';

/** EventBridge rule "Object Created" of the uploads bucket → StartExecution of ProductImport; and state "Import again". */
export async function handler(event: unknown): Promise<StartedImport> {
  const repeated = importAgainInputSchema.safeParse(event);
  if (repeated.success) {
    const started = await importAgain({ startExecution, headObject }, repeated.data);
    loggerFor({ key: repeated.data.again?.key }).info(`Import again ${started.result}`, {
      executionName: started.name,
    });
    return started;
  }
  const created = objectCreatedSchema.parse(event);
  const started = await startImport({ startExecution }, created);
  const { bucket, object } = created.detail;
  loggerFor({ bucket: bucket.name, key: object.key }).info(`Import ${started.result}`, { executionName: started.name });
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
