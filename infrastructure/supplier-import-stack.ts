import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { Trigger } from 'aws-cdk-lib/triggers';
import type { Construct } from 'constructs';
import { Database } from './database.ts';
import { defineFunctions } from './functions/functions.ts';
import { Network } from './network.ts';
import { Observability } from './observability/observability.ts';
import type { Settings } from './settings/settings.ts';
import { Storage } from './storage.ts';
import { Sweep } from './sweep.ts';
import { Undo } from './undo.ts';
import { Workflow } from './workflow.ts';

export type SupplierImportStackProps = StackProps & { settings: Settings; bundles: string; sharpLayer: string };

export class SupplierImportStack extends Stack {
  constructor(scope: Construct, id: string, props: SupplierImportStackProps) {
    super(scope, id, props);
    const { settings, bundles, sharpLayer } = props;
    const storage = new Storage(this, 'Storage', settings);
    const network = new Network(this, 'Network', settings);
    const database = new Database(this, 'Database', { network, settings });
    const functions = defineFunctions(this, 'Functions', { storage, network, database, settings, bundles, sharpLayer });
    const workflow = new Workflow(this, 'Workflow', { functions, storage, settings });
    const sweep = new Sweep(this, 'Sweep', { functions, settings });
    const undo = new Undo(this, 'Undo', {
      functions,
      storage,
      settings,
      eventDeadLetterQueue: workflow.eventDeadLetterQueue,
    });
    new Observability(this, 'Observability', { storage, database, functions, workflow, sweep, settings });
    // Runs whenever migrate changes. Workflow and Sweep hold everything that starts new code, as versions and aliases: a
    // migration that fails fails the deployment, and the old versions go on.
    new Trigger(this, 'MigrateOnDeploy', {
      handler: functions.migrate,
      timeout: functions.migrate.timeout,
      executeAfter: [database, ...network.paths],
      executeBefore: [workflow, sweep, undo],
    });

    const outputs = {
      UploadsBucket: storage.uploads.bucketName,
      ImagesBucket: storage.images.bucketName,
      ReportsBucket: storage.reports.bucketName,
      ImagesUrl: storage.imagesUrl,
      ProductImportArn: workflow.productImport.stateMachineArn,
      UndoImportArn: undo.undoImport.stateMachineArn,
      SweepImagesArn: sweep.sweepImages.stateMachineArn,
      ConvertImagesArn: workflow.convertImages.stateMachineArn,
      ImageQueueUrl: sweep.queue.queueUrl,
      ImageDeadLetterQueueUrl: sweep.deadLetterQueue.queueUrl,
      SweepFunction: functions.sweepImages.functionName,
      SupplierSettingsFunction: functions.supplierSettings.functionName,
      VerifyFunction: functions.verifyCatalog.functionName,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
