import { existsSync } from 'node:fs';
import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Architecture, Code, LayerVersion } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { BundledFunction, type BundledFunctionProps } from './bundled-function.ts';
import type { Database } from './database.ts';
import type { Network } from './network.ts';
import type { Settings } from './settings.ts';
import type { Storage } from './storage.ts';

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

/** Time and memory of the functions that talk to the database: short statements over few rows. */
const databaseSize = { timeout: Duration.minutes(1), memorySize: 512 };

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
  readonly writeProducts: BundledFunction;
  readonly deactivateMissing: BundledFunction;
  readonly planImages: BundledFunction;
  readonly convertImage: BundledFunction;
  readonly recordImages: BundledFunction;
  readonly finishImport: BundledFunction;
  readonly failImport: BundledFunction;
  readonly sweepImages: BundledFunction;
  readonly convertQueued: BundledFunction;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    const { storage, network, database, settings } = props;
    const { uploads, work, images, reports } = storage;
    const securityGroup = new SecurityGroup(this, 'InsideSecurityGroup', {
      vpc: network.vpc,
      description: 'Functions that talk to the database',
    });
    database.instance.connections.allowFrom(securityGroup, Port.tcp(5432), 'Functions to PostgreSQL');

    const define = (id: string, options: Omit<BundledFunctionProps, 'bundles'>) =>
      new BundledFunction(this, id, { bundles: props.bundles, ...options });
    const inside = { network, securityGroup, secret: database.applicationSecret };
    const workBucket = { WORK_BUCKET: work.bucketName };
    const reportsBucket = { REPORTS_BUCKET: reports.bucketName };

    this.migrate = define('Migrate', {
      name: 'migrate',
      description: 'Applies migrations and the rights of the application role',
      timeout: Duration.minutes(15),
      memorySize: 512,
      inside: { ...inside, secret: database.masterSecret },
      environment: { APPLICATION_SECRET_ARN: database.applicationSecret.secretArn },
    });
    database.applicationSecret.grantRead(this.migrate);

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
      timeout: Duration.minutes(14),
      memorySize: 3008,
      environment: { ...workBucket, ...reportsBucket },
    })
      .allowObjects(uploads, '', 's3:GetObject', 's3:GetObjectVersion')
      .allowObjects(work, 'imports/', 's3:PutObject')
      .allowObjects(reports, '', 's3:PutObject');
    this.checkFeed = define('CheckFeed', {
      name: 'check-feed',
      description: 'Refuses a full feed that would deactivate most of a catalog',
      ...databaseSize,
      inside,
      environment: workBucket,
    }).allowObjects(work, 'imports/', 's3:GetObject');
    this.writeProducts = define('WriteProducts', {
      name: 'write-products',
      description: 'Writes the differences of one chunk of products',
      ...databaseSize,
      inside,
      environment: workBucket,
    }).allowObjects(work, 'imports/', 's3:GetObject');
    this.deactivateMissing = define('DeactivateMissing', {
      name: 'deactivate-missing',
      description: 'Deactivates the products that a full feed no longer lists',
      ...databaseSize,
      inside,
    });
    this.planImages = define('PlanImages', {
      name: 'plan-images',
      description: 'Claims the images that an import owes',
      timeout: Duration.minutes(10),
      memorySize: 1024,
      inside,
      environment: workBucket,
    }).allowObjects(work, 'imports/', 's3:PutObject', 's3:AbortMultipartUpload');
    this.convertImage = define('ConvertImage', {
      name: 'convert-image',
      description: 'One image: download, WebP, S3',
      timeout: Duration.seconds(settings.images.timeoutSeconds),
      memorySize: settings.images.memoryMegabytes,
      reservedConcurrency: settings.images.reservedConcurrency,
      layers: [this.sharpLayer(props.sharpLayer)],
      environment: {
        IMAGES_BUCKET: images.bucketName,
        IMAGES_BASE_URL: `https://${storage.distribution.domainName}`,
        ALLOWED_IMAGE_HOSTS: '',
        CONVERSION_SETTINGS: JSON.stringify(settings.conversion),
      },
    }).allowObjects(images, '', 's3:PutObject');
    this.recordImages = define('RecordImages', {
      name: 'record-images',
      description: 'Records the outcomes of a batch of images',
      timeout: Duration.seconds(30),
      memorySize: 512,
      reservedConcurrency: settings.database.recordConcurrency,
      inside,
    });
    this.finishImport = define('FinishImport', {
      name: 'finish-import',
      description: 'Counts, checks and reports an import',
      timeout: Duration.minutes(5),
      memorySize: 512,
      inside,
      environment: reportsBucket,
    }).allowObjects(reports, '', 's3:PutObject');
    this.failImport = define('FailImport', {
      name: 'fail-import',
      description: 'Marks an import failed, with the reason',
      ...databaseSize,
      inside,
      environment: reportsBucket,
    }).allowObjects(reports, '', 's3:PutObject');
    this.sweepImages = define('SweepImages', {
      name: 'sweep-images',
      description: 'Hands leftover, failed and stuck images to the queue',
      timeout: Duration.minutes(5),
      memorySize: 512,
      reservedConcurrency: 2,
      inside,
    });
    this.convertQueued = define('ConvertQueued', {
      name: 'convert-queued',
      description: 'Runs ConvertImages over a batch of queued images',
      // ConvertImages is an Express workflow: it ends within five minutes.
      timeout: Duration.seconds(310),
      memorySize: 256,
      reservedConcurrency: settings.sweep.queueConcurrency,
      // StartSyncExecution has a host of its own.
      environment: { AWS_ENDPOINT_URL_SFN: `https://sync-states.${Aws.REGION}.${Aws.URL_SUFFIX}` },
    });
  }

  private sharpLayer(folder: string): LayerVersion {
    if (!existsSync(folder)) throw new Error(`${folder} is missing: run npm run build:assets first`);
    return new LayerVersion(this, 'SharpLayer', {
      description: 'sharp for linux/arm64',
      code: Code.fromAsset(folder),
      compatibleArchitectures: [Architecture.ARM_64],
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
