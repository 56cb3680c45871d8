import { Duration, Size } from 'aws-cdk-lib';
import type { FunctionParts } from './function-parts.ts';

/** What brings a file into the database, in the order in which it passes through them, and reports it. */
export function importFunctions({ define, inside, databaseSize, environment, storage, settings }: FunctionParts) {
  const { uploads, work, reports } = storage;
  const { workBucket, reportsBucket } = environment;
  return {
    startImport: define('StartImport', {
      name: 'start-import',
      description: 'Starts ProductImport for an uploaded object, once',
      timeout: Duration.seconds(30),
      memorySize: 256,
    }),
    registerImport: define('RegisterImport', {
      name: 'register-import',
      description: 'Records the import and refuses what cannot be one',
      ...databaseSize,
      inside,
    }),
    supplierSettings: define('SupplierSettings', {
      name: 'supplier-settings',
      description: 'Reads and changes what is set for a supplier',
      ...databaseSize,
      inside,
      environment: workBucket,
    }).allowObjects(work, 'imports/*/rows-columns.jsonl', 's3:GetObject'),
    parseSpreadsheet: define('ParseSpreadsheet', {
      name: 'parse-spreadsheet',
      description: 'Spreadsheet to chunks of products, problems and rejected rows',
      timeout: Duration.seconds(settings.parsing.timeoutSeconds),
      memorySize: settings.parsing.memoryMegabytes,
      // The upload, its rows, its shared strings and the reports all pass through files, so that memory stays small.
      temporaryStorage: Size.gibibytes(4),
      environment: { ...workBucket, ...reportsBucket },
    })
      .allowObjects(uploads, '*', 's3:GetObjectVersion')
      .allowObjects(work, 'imports/*/rows*', 's3:PutObject')
      .allowObjects(reports, '*/problems.csv', 's3:PutObject', 's3:AbortMultipartUpload')
      .allowObjects(reports, '*/rejected.xlsx', 's3:PutObject', 's3:AbortMultipartUpload')
      .allowObjects(reports, '*/columns.xlsx', 's3:PutObject', 's3:AbortMultipartUpload'),
    checkFeed: define('CheckFeed', {
      name: 'check-feed',
      description: 'Refuses a full feed that would deactivate most of a catalog',
      ...databaseSize,
      inside,
      environment: workBucket,
    }).allowObjects(work, 'imports/*/rows*', 's3:GetObject'),
    admitWriters: define('AdmitWriters', {
      name: 'admit-writers',
      description: 'Admits an import to write products, or has it wait',
      ...databaseSize,
      inside,
      environment: {
        MOST_WRITERS: String(settings.database.mostWriters),
        WRITERS_PER_IMPORT: String(settings.database.writersPerImport),
      },
    }),
    writeProducts: define('WriteProducts', {
      name: 'write-products',
      description: 'Writes the differences of one chunk of products',
      ...databaseSize,
      inside,
      environment: workBucket,
    })
      .allowObjects(work, 'imports/*/rows*', 's3:GetObject')
      .allowObjects(work, 'changes/*', 's3:PutObject'),
    deactivateMissing: define('DeactivateMissing', {
      name: 'deactivate-missing',
      description: 'Deactivates the products that a full feed no longer lists',
      ...databaseSize,
      inside,
      environment: workBucket,
    })
      .allowObjects(work, 'imports/*/rows-rejected.jsonl', 's3:GetObject')
      .allowObjects(work, 'changes/*', 's3:PutObject'),
    finishImport: define('FinishImport', {
      name: 'finish-import',
      description: 'Counts, checks and reports an import',
      timeout: Duration.minutes(5),
      memorySize: 512,
      inside,
      environment: { ...workBucket, ...reportsBucket },
    })
      .allowObjects(work, 'changes/*', 's3:GetObject')
      .allow([work.bucketArn], 's3:ListBucket')
      .allowObjects(reports, '*/summary.json', 's3:PutObject')
      .allowObjects(reports, '*/report.html', 's3:PutObject')
      .allowObjects(reports, '*/changes.csv', 's3:PutObject', 's3:AbortMultipartUpload'),
    failImport: define('FailImport', {
      name: 'fail-import',
      description: 'Marks an import failed, with the reason',
      ...databaseSize,
      // What it changed before it failed may be much to list.
      timeout: Duration.minutes(5),
      inside,
      environment: { ...workBucket, ...reportsBucket },
    })
      .allowObjects(work, 'changes/*', 's3:GetObject')
      .allow([work.bucketArn], 's3:ListBucket')
      .allowObjects(reports, '*/changes.csv', 's3:PutObject', 's3:AbortMultipartUpload')
      .allowObjects(reports, '*/summary.json', 's3:PutObject')
      .allowObjects(reports, '*/report.html', 's3:PutObject'),
  };
}
