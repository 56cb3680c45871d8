import type { Endpoints } from '../operate/target/endpoints.ts';
import type { Wiring } from './aws/template/wiring.ts';
import { functionNamed, logicalMatch } from './function-definitions.ts';

/** Addresses and names of a running stack, by the constructs of infrastructure/. */
export function stackEndpoints(
  wiring: Wiring,
  at: { storage: string; control: string; databaseUrl: string },
): Endpoints {
  const bucket = (id: string) => logicalMatch(wiring.buckets, `Storage${id}`).name;
  const queueUrl = (id: string) => logicalMatch(wiring.queues, `Sweep${id}`).url;
  const machine = (id: string) => logicalMatch(wiring.stateMachines, `Workflow${id}`).arn;
  return {
    s3: at.storage,
    sqs: at.storage,
    stepFunctions: at.control,
    lambda: at.control,
    console: `${at.control}/`,
    databaseUrl: at.databaseUrl,
    uploadsBucket: bucket('Uploads'),
    workBucket: bucket('Work'),
    imagesBucket: bucket('Images'),
    reportsBucket: bucket('Reports'),
    imageQueueUrl: queueUrl('ImageQueue'),
    imageDeadLetterQueueUrl: queueUrl('ImageDeadLetterQueue'),
    productImportArn: machine('ProductImport'),
    undoImportArn: logicalMatch(wiring.stateMachines, 'UndoUndoImport').arn,
    convertImagesArn: machine('ConvertImages'),
    supplierSettingsFunction: functionNamed(wiring, 'SupplierSettings'),
    sweepImagesArn: logicalMatch(wiring.stateMachines, 'SweepSweepImages').arn,
    verifyFunction: functionNamed(wiring, 'VerifyCatalog'),
    pid: process.pid,
  };
}
