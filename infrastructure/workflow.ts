import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { convertImages } from '../workflows/convert-images.ts';
import { productImport } from '../workflows/product-import.ts';
import type { Functions } from './functions.ts';
import type { Settings } from './settings.ts';
import type { Storage } from './storage.ts';

/** Both state machines, what starts them, and what notices that one ended without a word. */
export class Workflow extends Construct {
  readonly productImport: StateMachine;
  readonly convertImages: StateMachine;
  /** Events that start-import or fail-import would not take, after all retries. */
  readonly eventDeadLetterQueue: Queue;

  constructor(scope: Construct, id: string, props: { functions: Functions; storage: Storage; settings: Settings }) {
    super(scope, id);
    const { functions, storage, settings } = props;
    const conversion = {
      // A published version: an execution in flight keeps the code it started with.
      convertImage: functions.convertImage.currentVersion,
      recordImages: functions.recordImages.currentVersion,
      maxConcurrency: settings.images.batchConcurrency,
      convertTimeout: Duration.seconds(settings.images.timeoutSeconds),
      recordTimeout: Duration.seconds(30),
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
            parseSpreadsheet: functions.parseSpreadsheet.currentVersion,
            checkFeed: functions.checkFeed.currentVersion,
            writeProducts: functions.writeProducts.currentVersion,
            deactivateMissing: functions.deactivateMissing.currentVersion,
            planImages: functions.planImages.currentVersion,
            finishImport: functions.finishImport.currentVersion,
            failImport: functions.failImport.currentVersion,
          },
          conversion,
          workBucket: storage.work,
          writeConcurrency: settings.database.writeConcurrency,
          imageConcurrency: settings.images.mapConcurrency,
          imagesPerBatch: settings.images.batchSize,
          toleratedFailurePercentage: settings.images.toleratedFailurePercentage,
        }),
      ),
      logs: { destination: this.logs('ProductImport'), level: LogLevel.ERROR, includeExecutionData: false },
    });
    this.convertImages = new StateMachine(this, 'ConvertImages', {
      stateMachineType: StateMachineType.EXPRESS,
      comment: 'A batch of images from the queue',
      timeout: Duration.minutes(5),
      tracingEnabled: true,
      definitionBody: DefinitionBody.fromChainable(
        convertImages(new Construct(this, 'ConvertImagesStates'), conversion),
      ),
      logs: { destination: this.logs('ConvertImages'), level: LogLevel.ERROR, includeExecutionData: false },
    });
    this.productImport.grantStartExecution(functions.startImport);
    functions.startImport.addEnvironment('PRODUCT_IMPORT_ARN', this.productImport.stateMachineArn);
    this.convertImages.grantStartSyncExecution(functions.convertQueued);
    functions.convertQueued.addEnvironment('CONVERT_IMAGES_ARN', this.convertImages.stateMachineArn);

    this.eventDeadLetterQueue = new Queue(this, 'EventDeadLetterQueue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    const delivery = {
      deadLetterQueue: this.eventDeadLetterQueue,
      retryAttempts: 185,
      maxEventAge: Duration.hours(24),
    };
    new Rule(this, 'SpreadsheetUploaded', {
      description: 'A spreadsheet dropped into the uploads bucket starts an import',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: { bucket: { name: [storage.uploads.bucketName] } },
      },
      targets: [new LambdaTarget(functions.startImport, delivery)],
    });
    // An aborted or timed-out execution never reaches its "Fail import".
    new Rule(this, 'ImportEndedEarly', {
      description: 'Marks the import of an aborted or timed-out execution as failed',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { stateMachineArn: [this.productImport.stateMachineArn], status: ['ABORTED', 'TIMED_OUT', 'FAILED'] },
      },
      targets: [new LambdaTarget(functions.failImport, delivery)],
    });
  }

  private logs(name: string): LogGroup {
    return new LogGroup(this, `${name}Logs`, {
      // Step Functions needs this prefix to keep the resource policy under its size limit.
      logGroupName: undefined,
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
