import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { Trigger } from 'aws-cdk-lib/triggers';
import type { Construct } from 'constructs';
import { Database } from './database.ts';
import { Functions } from './functions.ts';
import { Network } from './network.ts';
import type { Settings } from './settings.ts';
import { Storage } from './storage.ts';
import { Sweep } from './sweep.ts';
import { Workflow } from './workflow.ts';

export type SupplierImportStackProps = StackProps & { settings: Settings; bundles: string; sharpLayer: string };

export class SupplierImportStack extends Stack {
  constructor(scope: Construct, id: string, props: SupplierImportStackProps) {
    super(scope, id, props);
    const { settings, bundles, sharpLayer } = props;
    const storage = new Storage(this, 'Storage');
    const network = new Network(this, 'Network');
    const database = new Database(this, 'Database', { vpc: network.vpc, settings: settings.database });
    const functions = new Functions(this, 'Functions', { storage, network, database, settings, bundles, sharpLayer });
    const workflow = new Workflow(this, 'Workflow', { functions, storage, settings });
    const sweep = new Sweep(this, 'Sweep', { functions, settings });
    // Runs whenever the migrations change; a failure fails the deployment and leaves the old definitions in place.
    new Trigger(this, 'MigrateOnDeploy', {
      handler: functions.migrate,
      timeout: functions.migrate.timeout,
      executeAfter: [database],
      executeBefore: [workflow, sweep],
    });

    const outputs = {
      UploadsBucket: storage.uploads.bucketName,
      ImagesBucket: storage.images.bucketName,
      ReportsBucket: storage.reports.bucketName,
      ImagesUrl: `https://${storage.distribution.domainName}`,
      ProductImportArn: workflow.productImport.stateMachineArn,
      ConvertImagesArn: workflow.convertImages.stateMachineArn,
      ImageQueueUrl: sweep.queue.queueUrl,
      ImageDeadLetterQueueUrl: sweep.deadLetterQueue.queueUrl,
      SweepFunction: functions.sweepImages.functionName,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
