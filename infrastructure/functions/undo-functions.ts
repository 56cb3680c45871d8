import { Duration } from 'aws-cdk-lib';
import type { FunctionParts } from './function-parts.ts';

/** What undoes an import, and what proves it. */
export function undoFunctions({ define, inside, databaseSize, environment, storage, settings }: FunctionParts) {
  const { work, reports } = storage;
  const { workBucket, reportsBucket } = environment;
  return {
    registerUndo: define('RegisterUndo', {
      name: 'register-undo',
      description: 'Records an undo and lists what it has to restore',
      timeout: Duration.minutes(2),
      memorySize: settings.database.memoryMegabytes,
      inside,
      environment: workBucket,
    })
      .allow([work.bucketArn], 's3:ListBucket')
      .allowObjects(work, 'imports/*/rows*', 's3:PutObject'),
    undoChanges: define('UndoChanges', {
      name: 'undo-changes',
      description: 'Restores the products of one file of changes',
      // The products that a full feed deactivated are one file, however many they are.
      timeout: Duration.minutes(10),
      memorySize: 1024,
      inside,
      environment: workBucket,
    }).allowObjects(work, 'changes/*', 's3:GetObject', 's3:PutObject'),
    finishUndo: define('FinishUndo', {
      name: 'finish-undo',
      description: 'Proves and reports what an undo restored',
      timeout: Duration.minutes(5),
      memorySize: 512,
      inside,
      environment: { ...workBucket, ...reportsBucket },
    })
      .allowObjects(work, 'changes/*', 's3:GetObject')
      .allow([work.bucketArn], 's3:ListBucket')
      .allowObjects(reports, '*/summary.json', 's3:PutObject')
      .allowObjects(reports, '*/differences.csv', 's3:PutObject')
      .allowObjects(reports, '*/changes.csv', 's3:PutObject', 's3:AbortMultipartUpload'),
    failUndo: define('FailUndo', {
      name: 'fail-undo',
      description: 'Marks an undo as failed, with its reason',
      ...databaseSize,
      inside,
    }),
    verifyCatalog: define('VerifyCatalog', {
      name: 'verify-catalog',
      description: 'Says what is stored of a catalog and of an import, for npm run verify',
      timeout: Duration.minutes(5),
      memorySize: 512,
      inside,
    }),
  };
}
