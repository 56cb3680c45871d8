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
  StateMachineType,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { invokeFunction } from './invoke-function.ts';
import { ImportFileReader, MapRunResultWriter } from './map-run-files.ts';
import { databaseRetry, mapRunRetry, writeRetry } from './retry-policies.ts';

export type UndoImportProps = {
  functions: Record<'registerUndo' | 'undoChanges' | 'finishUndo' | 'failUndo', IFunction>;
  workBucket: IBucket;
  /** Files of changes undone at once. */
  writers: number;
};

/** UndoImport: brings the products that an import changed (`undoImportInputSchema`) to what they were before it. */
export function undoImport(scope: Construct, { functions, workBucket, writers }: UndoImportProps): Chain {
  const invoke = (id: string, lambdaFunction: IFunction, payload: Record<string, unknown>, resultPath: string) =>
    invokeFunction(scope, id, lambdaFunction, { payload, timeout: Duration.minutes(15), resultPath });
  const execution = { arn: JsonPath.stringAt('$$.Execution.Id'), name: JsonPath.stringAt('$$.Execution.Name') };
  const undo = JsonPath.objectAt('$.undo');

  const registerUndo = invoke(
    'Register undo',
    functions.registerUndo,
    { import: JsonPath.stringAt('$.import'), dryRun: JsonPath.objectAt('$.dryRun'), execution },
    '$.undo',
  );
  const undoChangeFile = invokeFunction(scope, 'Undo change file', functions.undoChanges, {
    timeout: Duration.minutes(15),
  });
  const undoChanges = new DistributedMap(scope, 'Undo changes', {
    mapExecutionType: StateMachineType.STANDARD,
    itemReader: new ImportFileReader({ bucket: workBucket, key: JsonPath.stringAt('$.undo.manifestKey') }),
    itemSelector: { undo, file: JsonPath.objectAt('$$.Map.Item.Value') },
    maxConcurrency: writers,
    resultWriterV2: new MapRunResultWriter({ bucket: workBucket, name: 'undo-changes' }),
    resultPath: JsonPath.DISCARD,
  });
  undoChanges.itemProcessor(undoChangeFile);
  const finishUndo = invoke('Finish undo', functions.finishUndo, { undo }, '$.summary');
  const failUndo = invoke(
    'Fail undo',
    functions.failUndo,
    { execution, error: JsonPath.objectAt('$.error') },
    '$.failed',
  );
  const undoFailed = new Fail(scope, 'Undo failed', {
    errorPath: JsonPath.stringAt('$.failed.error'),
    causePath: JsonPath.stringAt('$.failed.cause'),
  });

  for (const state of [registerUndo, finishUndo, failUndo]) state.addRetry(databaseRetry);
  undoChangeFile.addRetry(writeRetry);
  undoChanges.addRetry(mapRunRetry);
  const fail = failUndo.next(undoFailed);
  for (const state of [registerUndo, undoChanges, finishUndo]) state.addCatch(fail, { resultPath: '$.error' });

  // The Map Run of an empty file is one that AWS does not promise to accept.
  const anyFiles = new Choice(scope, 'Any changes?')
    .when(Condition.numberGreaterThan('$.undo.files', 0), undoChanges.next(finishUndo))
    .otherwise(finishUndo);
  return registerUndo.next(anyFiles);
}
