import { existsSync } from 'node:fs';
import { Aws, Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
import { Architecture, Code, LayerVersion } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Database } from '../database.ts';
import type { Network } from '../network.ts';
import { queueConsumerSeconds } from '../settings/check-settings.ts';
import { databaseConcurrency, queueLanes, roleConnectionLimit } from '../settings/concurrency.ts';
import type { Settings } from '../settings/settings.ts';
import type { Storage } from '../storage.ts';
import { BundledFunction, type BundledFunctionProps, MissingBuildError } from './bundled-function.ts';

export type FunctionsProps = {
  storage: Storage;
  network: Network;
  database: Database;
  settings: Settings;
  /** Folder of the bundles, as `npm run build` leaves it. */
  bundles: string;
  /** Folder of the layer with sharp for linux/arm64, as `npm run build:assets` leaves it. */
  sharpLayer: string;
};

/**
 * Every Lambda function, with its place, its size and what it may touch. A function has either the database (inside the
 * VPC, no internet) or the internet (outside, no database), never both.
 */
export class Functions extends Construct {
  readonly migrate: BundledFunction;
  readonly startImport: BundledFunction;
  readonly registerImport: BundledFunction;
  readonly parseSpreadsheet: BundledFunction;
  readonly checkFeed: BundledFunction;
  readonly admitWriters: BundledFunction;
  readonly writeProducts: BundledFunction;
  readonly deactivateMissing: BundledFunction;
  readonly planImages: BundledFunction;
  readonly takeImages: BundledFunction;
  readonly convertImage: BundledFunction;
  readonly recordImages: BundledFunction;
  readonly finishImport: BundledFunction;
  readonly failImport: BundledFunction;
  readonly sweepImages: BundledFunction;
  readonly convertQueued: BundledFunction;
  readonly registerUndo: BundledFunction;
  readonly undoChanges: BundledFunction;
  readonly finishUndo: BundledFunction;
  readonly failUndo: BundledFunction;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    const { storage, network, database, settings } = props;
    const { uploads, work, images, reports } = storage;
    const { logDays } = settings.retention;
    const reserved: Record<string, number> = databaseConcurrency(settings);
    const define = (id: string, options: Omit<BundledFunctionProps, 'bundles' | 'logDays'>) => {
      const wanted = options.reservedConcurrency ?? reserved[options.name];
      const reservedConcurrency = settings.account.reserveConcurrency ? wanted : undefined;
      return new BundledFunction(this, id, { bundles: props.bundles, logDays, ...options, reservedConcurrency });
    };
    const secretKeyArns = settings.database.existing?.secretKeyArns ?? [];
    const inside = { network, secret: database.applicationSecret, secretKeyArns };
    const databaseSize = {
      timeout: Duration.seconds(settings.database.timeoutSeconds),
      memorySize: settings.database.memoryMegabytes,
    };
    const workBucket = { WORK_BUCKET: work.bucketName };
    const imagesPerBatch = { IMAGES_PER_BATCH: String(settings.images.batchSize) };
    const lanes = {
      MOST_LANES_PER_HOST: String(settings.images.mostPerHost),
      MOST_LANES: String(settings.images.mostLanes),
    };
    const reportsBucket = { REPORTS_BUCKET: reports.bucketName };

    this.migrate = define('Migrate', {
      name: 'migrate',
      description: 'Applies migrations and the rights of the application role',
      timeout: Duration.minutes(15),
      memorySize: 512,
      inside: { ...inside, secret: database.masterSecret },
      environment: {
        APPLICATION_SECRET_ARN: database.applicationSecret.secretArn,
        CONNECTION_LIMIT: String(roleConnectionLimit(settings)),
      },
    }).allow([database.applicationSecret.secretArn], 'secretsmanager:GetSecretValue');

    this.startImport = define('StartImport', {
      name: 'start-import',
      description: 'Starts ProductImport for an uploaded object, once',
      timeout: Duration.seconds(30),
      memorySize: 256,
    });
    this.registerImport = define('RegisterImport', {
      name: 'register-import',
      description: 'Records the import and refuses what cannot be one',
      ...databaseSize,
      inside,
    });
    this.parseSpreadsheet = define('ParseSpreadsheet', {
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
      .allowObjects(reports, '*/rejected.xlsx', 's3:PutObject', 's3:AbortMultipartUpload');
    this.checkFeed = define('CheckFeed', {
      name: 'check-feed',
      description: 'Refuses a full feed that would deactivate most of a catalog',
      ...databaseSize,
      inside,
      environment: workBucket,
    }).allowObjects(work, 'imports/*/rows*', 's3:GetObject');
    this.admitWriters = define('AdmitWriters', {
      name: 'admit-writers',
      description: 'Admits an import to write products, or has it wait',
      ...databaseSize,
      inside,
      environment: {
        MOST_WRITERS: String(settings.database.mostWriters),
        WRITERS_PER_IMPORT: String(settings.database.writersPerImport),
      },
    });
    this.writeProducts = define('WriteProducts', {
      name: 'write-products',
      description: 'Writes the differences of one chunk of products',
      ...databaseSize,
      inside,
      environment: workBucket,
    })
      .allowObjects(work, 'imports/*/rows*', 's3:GetObject')
      .allowObjects(work, 'changes/*', 's3:PutObject');
    this.deactivateMissing = define('DeactivateMissing', {
      name: 'deactivate-missing',
      description: 'Deactivates the products that a full feed no longer lists',
      ...databaseSize,
      inside,
      environment: workBucket,
    })
      .allowObjects(work, 'imports/*/rows-rejected.jsonl', 's3:GetObject')
      .allowObjects(work, 'changes/*', 's3:PutObject');
    this.planImages = define('PlanImages', {
      name: 'plan-images',
      description: 'Claims the images that an import owes, by host',
      timeout: Duration.minutes(10),
      memorySize: 1024,
      inside,
      environment: workBucket,
    }).allowObjects(work, 'imports/*/images/*', 's3:PutObject');
    this.takeImages = define('TakeImages', {
      name: 'take-images',
      description: 'Hands out the next images of a host, as many as it bears',
      timeout: Duration.minutes(2),
      memorySize: 1024,
      inside,
      environment: { ...workBucket, ...imagesPerBatch, ...lanes },
    }).allowObjects(work, 'imports/*/images/*', 's3:PutObject');
    this.convertImage = define('ConvertImage', {
      name: 'convert-image',
      description: 'One image: download, WebP, S3',
      timeout: Duration.seconds(settings.images.timeoutSeconds),
      memorySize: settings.images.memoryMegabytes,
      reservedConcurrency: settings.images.reservedConcurrency,
      layers: [this.sharpLayer(props.sharpLayer)],
      environment: {
        ...workBucket,
        IMAGES_BUCKET: images.bucketName,
        IMAGES_BASE_URL: storage.imagesUrl,
        ALLOWED_IMAGE_HOSTS: '',
        CONVERSION_SETTINGS: JSON.stringify(settings.conversion),
      },
    })
      .allowNewObjects(images, '*.webp')
      .allowObjects(work, 'holds/*', 's3:GetObject', 's3:PutObject')
      .allowMissing(work, 'holds/');
    this.recordImages = define('RecordImages', {
      name: 'record-images',
      description: 'Records the outcomes of a batch of images',
      timeout: Duration.seconds(settings.database.recordTimeoutSeconds),
      memorySize: settings.database.memoryMegabytes,
      inside,
    });
    this.finishImport = define('FinishImport', {
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
      .allowObjects(reports, '*/changes.csv', 's3:PutObject', 's3:AbortMultipartUpload');
    this.failImport = define('FailImport', {
      name: 'fail-import',
      description: 'Marks an import failed, with the reason',
      ...databaseSize,
      inside,
      environment: reportsBucket,
    })
      .allowObjects(reports, '*/summary.json', 's3:PutObject')
      .allowObjects(reports, '*/report.html', 's3:PutObject');
    this.sweepImages = define('SweepImages', {
      name: 'sweep-images',
      description: 'Hands leftover, failed and stuck images to the queue',
      timeout: Duration.minutes(5),
      memorySize: 512,
      inside,
      environment: {
        ...imagesPerBatch,
        ...lanes,
        MOST_QUEUE_LANES: String(queueLanes(settings)),
        IMAGES_BUCKET: images.bucketName,
        ...network.endpointUrls.sqs,
      },
    })
      .allowObjects(images, '*.webp', 's3:DeleteObject')
      .allow([images.bucketArn], 's3:ListBucket');
    this.registerUndo = define('RegisterUndo', {
      name: 'register-undo',
      description: 'Records an undo and lists what it has to restore',
      timeout: Duration.minutes(2),
      memorySize: settings.database.memoryMegabytes,
      inside,
      environment: workBucket,
    })
      .allow([work.bucketArn], 's3:ListBucket')
      .allowObjects(work, 'imports/*/rows*', 's3:PutObject');
    this.undoChanges = define('UndoChanges', {
      name: 'undo-changes',
      description: 'Restores the products of one file of changes',
      // The products that a full feed deactivated are one file, however many they are.
      timeout: Duration.minutes(10),
      memorySize: 1024,
      inside,
      environment: workBucket,
    }).allowObjects(work, 'changes/*', 's3:GetObject', 's3:PutObject');
    this.finishUndo = define('FinishUndo', {
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
      .allowObjects(reports, '*/changes.csv', 's3:PutObject', 's3:AbortMultipartUpload');
    this.failUndo = define('FailUndo', {
      name: 'fail-undo',
      description: 'Marks an undo as failed, with its reason',
      ...databaseSize,
      inside,
    });
    this.convertQueued = define('ConvertQueued', {
      name: 'convert-queued',
      description: 'Runs ConvertImages over a batch of queued images',
      // ConvertImages is an Express workflow: it ends within five minutes.
      timeout: Duration.seconds(queueConsumerSeconds),
      memorySize: 256,
      reservedConcurrency: settings.sweep.queueConcurrency,
      // StartSyncExecution has a host of its own.
      environment: { AWS_ENDPOINT_URL_SFN: `https://sync-states.${Aws.REGION}.${Aws.URL_SUFFIX}` },
    });
  }

  private sharpLayer(folder: string): LayerVersion {
    if (!existsSync(folder)) throw new MissingBuildError(`${folder} is missing: run npm run build:assets first`);
    return new LayerVersion(this, 'SharpLayer', {
      description: 'sharp for linux/arm64',
      code: Code.fromAsset(folder),
      compatibleArchitectures: [Architecture.ARM_64],
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }
}
