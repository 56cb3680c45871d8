import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { convertImages } from '../workflows/convert-images.ts';
import { expressSeconds } from '../workflows/express-time.ts';
import { importAgainEvent, productImport } from '../workflows/product-import.ts';
import { acknowledge } from './acknowledge.ts';
import { eventTarget } from './event-target.ts';
import type { Functions } from './functions/functions.ts';
import { vendedLogProps } from './log-groups.ts';
import type { Settings } from './settings/settings.ts';
import { acknowledgeMapRuns, acknowledgeServices, allowVersionsInFlight } from './state-machine-permissions.ts';
import type { Storage } from './storage.ts';

/** Both state machines, what starts them, and what notices that one ended without a word. */
export class Workflow extends Construct {
  readonly productImport: StateMachine;
  readonly convertImages: StateMachine;
  /** Events that start-import, fail-import or fail-undo would not take, after all retries. */
  readonly eventDeadLetterQueue: Queue;

  constructor(scope: Construct, id: string, props: { functions: Functions; storage: Storage; settings: Settings }) {
    super(scope, id);
    const { functions, storage, settings } = props;
    const logs = (name: string) =>
      new LogGroup(this, `${name}Logs`, vendedLogProps(this, name, settings.retention.logDays));
    const conversion = {
      // A published version: an execution in flight keeps the code it started with.
      convertImage: functions.convertImage.currentVersion,
      recordImages: functions.recordImages.currentVersion,
      convertTimeout: Duration.seconds(settings.images.timeoutSeconds),
      recordTimeout: Duration.seconds(settings.database.recordTimeoutSeconds),
    };
    this.productImport = new StateMachine(this, 'ProductImport', {
      stateMachineType: StateMachineType.STANDARD,
      comment: 'Supplier spreadsheet to products and WebP images',
      timeout: Duration.hours(24),
      tracingEnabled: true,
      definitionBody: DefinitionBody.fromChainable(
        productImport(new Construct(this, 'ProductImportStates'), {
          functions: {
            registerImport: functions.registerImport.currentVersion,
            supplierSettings: functions.supplierSettings.currentVersion,
            parseSpreadsheet: functions.parseSpreadsheet.currentVersion,
            checkFeed: functions.checkFeed.currentVersion,
            admitWriters: functions.admitWriters.currentVersion,
            writeProducts: functions.writeProducts.currentVersion,
            deactivateMissing: functions.deactivateMissing.currentVersion,
            planImages: functions.planImages.currentVersion,
            takeImages: functions.takeImages.currentVersion,
            finishImport: functions.finishImport.currentVersion,
            failImport: functions.failImport.currentVersion,
          },
          conversion,
          workBucket: storage.work,
          hostsAtOnce: settings.images.hostsAtOnce,
          toleratedFailurePercentage: settings.images.toleratedFailurePercentage,
        }),
      ),
      // The service keeps the history of every Standard execution for 90 days; payloads stay out of the logs.
      logs: { destination: logs('ProductImport'), level: LogLevel.ERROR, includeExecutionData: false },
    });
    this.convertImages = new StateMachine(this, 'ConvertImages', {
      stateMachineType: StateMachineType.EXPRESS,
      comment: 'A batch of images from the queue',
      timeout: Duration.seconds(expressSeconds),
      tracingEnabled: true,
      definitionBody: DefinitionBody.fromChainable(
        convertImages(new Construct(this, 'ConvertImagesStates'), conversion),
      ),
      // An Express execution has no other history than its log.
      logs: { destination: logs('ConvertImages'), level: LogLevel.ALL, includeExecutionData: false },
    });
    allowVersionsInFlight(this.convertImages, [functions.convertImage, functions.recordImages]);
    allowVersionsInFlight(this.productImport, [
      functions.registerImport,
      functions.supplierSettings,
      functions.parseSpreadsheet,
      functions.checkFeed,
      functions.admitWriters,
      functions.writeProducts,
      functions.deactivateMissing,
      functions.planImages,
      functions.takeImages,
      functions.convertImage,
      functions.recordImages,
      functions.finishImport,
      functions.failImport,
    ]);
    acknowledgeServices(this.convertImages);
    acknowledgeServices(this.productImport);
    acknowledgeMapRuns(this.productImport, storage.work);
    acknowledge(this.productImport, {
      'AwsSolutions-SF1':
        'Step Functions keeps the whole history of a Standard execution for 90 days; the log has what failed.',
    });
    functions.startImport.allow([this.productImport.stateMachineArn], 'states:StartExecution');
    functions.startImport.addEnvironment('PRODUCT_IMPORT_ARN', this.productImport.stateMachineArn);
    functions.convertQueued.allow([this.convertImages.stateMachineArn], 'states:StartSyncExecution');
    functions.convertQueued.addEnvironment('CONVERT_IMAGES_ARN', this.convertImages.stateMachineArn);

    this.eventDeadLetterQueue = new Queue(this, 'EventDeadLetterQueue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(this.eventDeadLetterQueue, { 'AwsSolutions-SQS3': 'It is the dead-letter queue of the rules.' });
    const startImport = eventTarget(this, 'StartImportLive', functions.startImport, this.eventDeadLetterQueue);
    new Rule(this, 'SpreadsheetUploaded', {
      description: 'A spreadsheet dropped into the uploads bucket starts an import',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: { bucket: { name: [storage.uploads.bucketName] } },
      },
      targets: [startImport],
    });
    // By way of an event: a state machine cannot be allowed what starts it.
    new Rule(this, 'ImportAgain', {
      description: 'A columns.xlsx that came back starts the import that it came from again',
      eventPattern: { source: [importAgainEvent.source], detailType: [importAgainEvent.detailType] },
      targets: [startImport],
    });
    // An aborted or timed-out execution never reaches its "Fail import".
    new Rule(this, 'ImportEndedEarly', {
      description: 'Marks the import of an aborted or timed-out execution as failed',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { stateMachineArn: [this.productImport.stateMachineArn], status: ['ABORTED', 'TIMED_OUT', 'FAILED'] },
      },
      targets: [eventTarget(this, 'FailImportLive', functions.failImport, this.eventDeadLetterQueue)],
    });
  }
}
