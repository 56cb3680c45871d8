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
  StateMachineType,
  TaskInput,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { EventBridgePutEvents } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { convertHosts } from './convert-hosts.ts';
import type { ConvertImagesProps } from './convert-images.ts';
import { invokeFunction } from './invoke-function.ts';
import { ImportFileReader, MapRunResultWriter } from './map-run-files.ts';
import { columnsFormat } from './payloads/columns.ts';
import { noTakeYet, type PlannedImages } from './payloads/images.ts';
import type { AdmittedWriters } from './payloads/import-states.ts';
import { databaseRetry, eventsRetry, mapRunRetry, storageRetry, writeRetry } from './retry-policies.ts';

export type ProductImportProps = {
  functions: Record<
    | 'registerImport'
    | 'supplierSettings'
    | 'parseSpreadsheet'
    | 'checkFeed'
    | 'admitWriters'
    | 'writeProducts'
    | 'deactivateMissing'
    | 'planImages'
    | 'takeImages'
    | 'finishImport'
    | 'failImport',
    IFunction
  >;
  conversion: ConvertImagesProps;
  workBucket: IBucket;
  /** Children of "Convert images" at once: hosts of one import. An account has 1,000 open Map Runs. */
  hostsAtOnce: number;
  /** Failed batches, in percent, above which a Take fails. */
  toleratedFailurePercentage: number;
};

/** Source and detail type of the event that tells the world of a finished import. */
export const importFinishedEvent = { source: 'supplier-import', detailType: 'Import finished' };

/** Source and detail type of the event that has start-import repeat an import: `importAgainSchema` is its detail. */
export const importAgainEvent = { source: 'supplier-import', detailType: 'Import again' };

/**
 * ProductImport: from an upload (`productImportInputSchema`) to products and images, top to bottom as it runs. Every
 * state keeps `$.upload`, so that "Fail import" can name the file whatever failed.
 */
export function productImport(scope: Construct, props: ProductImportProps): Chain {
  const { functions, workBucket } = props;

  const invoke = (id: string, lambdaFunction: IFunction, payload: Record<string, unknown>, resultPath: string) =>
    invokeFunction(scope, id, lambdaFunction, { payload, timeout: Duration.minutes(15), resultPath });
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
  const applyColumns = invoke('Apply columns', functions.supplierSettings, { upload, import: registered }, '$.applied');
  const importAgain = new EventBridgePutEvents(scope, 'Import again', {
    entries: [
      { ...importAgainEvent, detail: TaskInput.fromObject({ upload, again: JsonPath.objectAt('$.applied.again') }) },
    ],
    resultPath: JsonPath.DISCARD,
  });
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
  const notAdmitted: AdmittedWriters = { writers: 0, waits: 0, waitSeconds: 0 };
  const askForWriters = new Pass(scope, 'Ask for writers', {
    result: Result.fromObject(notAdmitted),
    resultPath: '$.admitted',
  });
  const admitWriters = invoke(
    'Admit writers',
    functions.admitWriters,
    { import: registered, parsed: JsonPath.objectAt('$.parsed'), admitted: JsonPath.objectAt('$.admitted') },
    '$.admitted',
  );
  const notPlanned: PlannedImages = { round: 0, groups: 0, key: '', left: null, plannedAt: null };
  const beginPlans = new Pass(scope, 'Begin plans', { result: Result.fromObject(notPlanned), resultPath: '$.images' });
  const planImages = invoke(
    'Plan images',
    functions.planImages,
    { import: registered, images: JsonPath.objectAt('$.images') },
    '$.images',
  );
  const finishImport = invoke(
    'Finish import',
    functions.finishImport,
    { upload, import: registered, parsed: JsonPath.objectAt('$.parsed'), images: JsonPath.objectAt('$.images') },
    '$.summary',
  );
  const failImport = invoke(
    'Fail import',
    functions.failImport,
    { upload, execution, error: JsonPath.objectAt('$.error') },
    '$.failed',
  );

  const writeProductChunk = invokeFunction(scope, 'Write product chunk', functions.writeProducts, {
    timeout: Duration.minutes(2),
  });
  const writeProducts = new DistributedMap(scope, 'Write products', {
    // Standard children may wait for hours for a database that is down, or a function that others keep busy.
    mapExecutionType: StateMachineType.STANDARD,
    itemReader: new ImportFileReader({ bucket: workBucket, key: JsonPath.stringAt('$.parsed.manifestKey') }),
    itemSelector: { upload, import: registered, chunk: JsonPath.objectAt('$$.Map.Item.Value') },
    maxConcurrencyPath: JsonPath.stringAt('$.admitted.writers'),
    resultWriterV2: new MapRunResultWriter({ bucket: workBucket, name: 'write-products' }),
    resultPath: JsonPath.DISCARD,
  });
  writeProducts.itemProcessor(writeProductChunk);

  const convertImages = new DistributedMap(scope, 'Convert images', {
    mapExecutionType: StateMachineType.STANDARD,
    itemReader: new ImportFileReader({ bucket: workBucket, key: JsonPath.stringAt('$.images.key') }),
    itemSelector: {
      import: registered,
      round: JsonPath.numberAt('$.images.round'),
      group: JsonPath.numberAt('$$.Map.Item.Value.group'),
      hosts: JsonPath.listAt('$$.Map.Item.Value.hosts'),
      take: noTakeYet,
    },
    maxConcurrency: props.hostsAtOnce,
    // What a child that died leaves behind is in the next plan.
    toleratedFailurePercentage: 100,
    resultWriterV2: new MapRunResultWriter({ bucket: workBucket, name: 'convert-images' }),
    resultPath: JsonPath.DISCARD,
  });
  convertImages.itemProcessor(
    convertHosts(new Construct(scope, 'Hosts'), {
      takeImages: functions.takeImages,
      conversion: props.conversion,
      workBucket,
      toleratedFailurePercentage: props.toleratedFailurePercentage,
    }),
  );

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

  for (const state of [
    registerImport,
    applyColumns,
    checkFeed,
    admitWriters,
    deactivateMissing,
    planImages,
    finishImport,
    failImport,
  ]) {
    state.addRetry(databaseRetry);
  }
  parseSpreadsheet.addRetry(storageRetry);
  writeProductChunk.addRetry(writeRetry);
  for (const map of [writeProducts, convertImages]) map.addRetry(mapRunRetry);
  for (const state of [importAgain, announceImport, announceFailure]) state.addRetry(eventsRetry);
  const fail = failImport.next(announceFailure).next(importFailed);
  for (const state of [
    registerImport,
    parseSpreadsheet,
    applyColumns,
    importAgain,
    checkFeed,
    admitWriters,
    writeProducts,
    deactivateMissing,
    planImages,
    convertImages,
    finishImport,
  ]) {
    state.addCatch(fail, { resultPath: '$.error' });
  }

  // Nobody is paid for the wait.
  const waitForWriters = new Wait(scope, 'Wait for writers', { time: WaitTime.secondsPath('$.admitted.waitSeconds') });
  // The Map Run of an empty file is one that AWS does not promise to accept.
  const anyProducts = new Choice(scope, 'Any products?')
    .when(Condition.numberLessThanEquals('$.parsed.chunks', 0), deactivateMissing)
    .when(Condition.numberGreaterThan('$.admitted.writers', 0), writeProducts.next(deactivateMissing))
    .otherwise(waitForWriters.next(admitWriters));
  // Planned again once all hosts are done: as a rule, nothing is left.
  const anyImages = new Choice(scope, 'Any images?')
    .when(Condition.numberGreaterThan('$.images.groups', 0), convertImages.next(planImages))
    .otherwise(finishImport);
  finishImport.next(announceImport);

  deactivateMissing.next(planImages).next(anyImages);

  // A columns.xlsx holds no products: the import that it came from is repeated with what it says.
  const anyColumns = new Choice(scope, 'Columns?')
    .when(Condition.stringEquals('$.parsed.format', columnsFormat), applyColumns.next(importAgain).next(finishImport))
    .otherwise(checkFeed.next(askForWriters).next(admitWriters).next(anyProducts));

  // Before the paths part: "Finish import" is told of plans on each.
  return registerImport.next(parseSpreadsheet).next(beginPlans).next(anyColumns);
}
