import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import {
  type Chain,
  Choice,
  Condition,
  DistributedMap,
  Fail,
  JsonPath,
  Pass,
  Result,
  ResultWriterV2,
  S3JsonLItemReader,
  StateMachineType,
  TaskInput,
  Timeout,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { EventBridgePutEvents, LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { type ConvertImagesProps, convertImages } from './convert-images.ts';
import type { PlannedImages } from './payloads/images.ts';
import { databaseRetry, eventsRetry, mapRunRetry, storageRetry } from './retry-policies.ts';

export type ProductImportProps = {
  functions: Record<
    | 'registerImport'
    | 'parseSpreadsheet'
    | 'checkFeed'
    | 'writeProducts'
    | 'deactivateMissing'
    | 'planImages'
    | 'finishImport'
    | 'failImport',
    IFunction
  >;
  conversion: ConvertImagesProps;
  workBucket: IBucket;
  /** Children of "Write products" at once: the writers that the database sees from one import. */
  writeConcurrency: number;
  /** Children of "Convert images" at once. */
  imageConcurrency: number;
  /** Failed children, in percent, above which "Convert images" fails the execution. */
  toleratedFailurePercentage: number;
};

/** Source and detail type of the event that tells the world of a finished import. */
export const importFinishedEvent = { source: 'supplier-import', detailType: 'Import finished' };

/**
 * ProductImport: from an upload (`productImportInputSchema`) to products and images, top to bottom as it runs. Every
 * state keeps `$.upload`, so that "Fail import" can name the file whatever failed.
 */
export function productImport(scope: Construct, props: ProductImportProps): Chain {
  const { functions, workBucket } = props;

  const invoke = (id: string, lambdaFunction: IFunction, payload: Record<string, unknown>, resultPath: string) =>
    new LambdaInvoke(scope, id, {
      lambdaFunction,
      payload: TaskInput.fromObject(payload),
      payloadResponseOnly: true,
      retryOnServiceExceptions: false,
      taskTimeout: Timeout.duration(Duration.minutes(15)),
      resultPath,
    });
  const upload = JsonPath.objectAt('$.upload');
  const registered = JsonPath.objectAt('$.import');
  const execution = { arn: JsonPath.stringAt('$$.Execution.Id'), name: JsonPath.stringAt('$$.Execution.Name') };

  const registerImport = invoke('Register import', functions.registerImport, { upload, execution }, '$.import');
  const parseSpreadsheet = invoke(
    'Parse spreadsheet',
    functions.parseSpreadsheet,
    { upload, import: registered },
    '$.parsed',
  );
  const checkFeed = invoke(
    'Check feed',
    functions.checkFeed,
    { upload, import: registered, parsed: JsonPath.objectAt('$.parsed') },
    JsonPath.DISCARD,
  );
  const deactivateMissing = invoke(
    'Deactivate missing',
    functions.deactivateMissing,
    { upload, import: registered },
    JsonPath.DISCARD,
  );
  const noRoundYet: PlannedImages = { round: 0, images: 0, key: '', left: null, waitSeconds: 0, stalled: 0, busy: 0 };
  const beginRounds = new Pass(scope, 'Begin rounds', {
    result: Result.fromObject(noRoundYet),
    resultPath: '$.images',
  });
  const planImages = invoke(
    'Plan images',
    functions.planImages,
    { import: registered, images: JsonPath.objectAt('$.images') },
    '$.images',
  );
  const finishImport = invoke(
    'Finish import',
    functions.finishImport,
    { upload, import: registered, parsed: JsonPath.objectAt('$.parsed') },
    '$.summary',
  );
  const failImport = invoke(
    'Fail import',
    functions.failImport,
    { upload, execution, error: JsonPath.objectAt('$.error') },
    '$.failed',
  );

  const writeProductChunk = new LambdaInvoke(scope, 'Write product chunk', {
    lambdaFunction: functions.writeProducts,
    payloadResponseOnly: true,
    retryOnServiceExceptions: false,
    taskTimeout: Timeout.duration(Duration.minutes(2)),
  });
  const writeProducts = new DistributedMap(scope, 'Write products', {
    mapExecutionType: StateMachineType.EXPRESS,
    itemReader: new S3JsonLItemReader({ bucket: workBucket, key: JsonPath.stringAt('$.parsed.manifestKey') }),
    itemSelector: { upload, import: registered, chunk: JsonPath.objectAt('$$.Map.Item.Value') },
    maxConcurrency: props.writeConcurrency,
    resultWriterV2: new ResultWriterV2({ bucket: workBucket, prefix: 'results/write-products' }),
    resultPath: JsonPath.DISCARD,
  });
  writeProducts.itemProcessor(writeProductChunk);

  const convertImageBatches = new DistributedMap(scope, 'Convert images', {
    mapExecutionType: StateMachineType.EXPRESS,
    itemReader: new S3JsonLItemReader({ bucket: workBucket, key: JsonPath.stringAt('$.images.key') }),
    maxConcurrency: props.imageConcurrency,
    toleratedFailurePercentage: props.toleratedFailurePercentage,
    resultWriterV2: new ResultWriterV2({ bucket: workBucket, prefix: 'results/convert-images' }),
    resultPath: JsonPath.DISCARD,
  });
  convertImageBatches.itemProcessor(convertImages(new Construct(scope, 'Image batch'), props.conversion));

  const announceImport = new EventBridgePutEvents(scope, 'Announce import', {
    entries: [{ ...importFinishedEvent, detail: TaskInput.fromJsonPathAt('$.summary') }],

    resultPath: JsonPath.DISCARD,
  });
  const announceFailure = new EventBridgePutEvents(scope, 'Announce failure', {
    entries: [{ ...importFinishedEvent, detail: TaskInput.fromJsonPathAt('$.failed.summary') }],
    resultPath: JsonPath.DISCARD,
  });
  const importFailed = new Fail(scope, 'Import failed', {
    errorPath: JsonPath.stringAt('$.failed.error'),
    causePath: JsonPath.stringAt('$.failed.cause'),
  });

  for (const state of [registerImport, checkFeed, deactivateMissing, planImages, finishImport, failImport]) {
    state.addRetry(databaseRetry);
  }
  parseSpreadsheet.addRetry(storageRetry);
  writeProductChunk.addRetry(databaseRetry);
  for (const map of [writeProducts, convertImageBatches]) map.addRetry(mapRunRetry);
  for (const state of [announceImport, announceFailure]) state.addRetry(eventsRetry);
  const fail = failImport.next(announceFailure).next(importFailed);
  for (const state of [
    registerImport,
    parseSpreadsheet,
    checkFeed,
    writeProducts,
    deactivateMissing,
    planImages,
    convertImageBatches,
    finishImport,
  ]) {
    state.addCatch(fail, { resultPath: '$.error' });
  }

  // The Map Run of an empty file is one that AWS does not promise to accept.
  const anyProducts = new Choice(scope, 'Any products?')
    .when(Condition.numberGreaterThan('$.parsed.chunks', 0), writeProducts)
    .afterwards({ includeOtherwise: true });
  // A host on hold, or busy with other imports: nobody is paid for the wait.
  const waitForHosts = new Wait(scope, 'Wait for hosts', { time: WaitTime.secondsPath('$.images.waitSeconds') });
  // Images are converted in rounds, so that each round may be planned by what the hosts bore in the one before.
  const anyImages = new Choice(scope, 'Any images?')
    .when(Condition.numberGreaterThan('$.images.images', 0), convertImageBatches.next(planImages))
    .when(Condition.numberGreaterThan('$.images.waitSeconds', 0), waitForHosts.next(planImages))
    .otherwise(finishImport);
  finishImport.next(announceImport);

  return registerImport
    .next(parseSpreadsheet)
    .next(checkFeed)
    .next(anyProducts)
    .next(deactivateMissing)
    .next(beginRounds)
    .next(planImages)
    .next(anyImages);
}
