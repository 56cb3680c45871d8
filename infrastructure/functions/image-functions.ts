import { existsSync } from 'node:fs';
import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Architecture, Code, LayerVersion } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { queueConsumerSeconds } from '../settings/check-settings.ts';
import { queueLanes } from '../settings/concurrency.ts';
import { MissingBuildError } from './bundled-function.ts';
import type { FunctionParts } from './function-parts.ts';

/** What converts images: of an import that runs, and of the queue that sweeps fill. */
export function imageFunctions(scope: Construct, sharpFolder: string, parts: FunctionParts) {
  const { define, inside, environment, storage, network, settings } = parts;
  const { work, images } = storage;
  const { workBucket } = environment;
  const imagesPerBatch = { IMAGES_PER_BATCH: String(settings.images.batchSize) };
  const lanes = {
    MOST_LANES_PER_HOST: String(settings.images.mostPerHost),
    MOST_LANES: String(settings.images.mostLanes),
  };
  return {
    planImages: define('PlanImages', {
      name: 'plan-images',
      description: 'Claims the images that an import owes, by host',
      timeout: Duration.minutes(10),
      memorySize: 1024,
      inside,
      environment: workBucket,
    }).allowObjects(work, 'imports/*/images/*', 's3:PutObject'),
    takeImages: define('TakeImages', {
      name: 'take-images',
      description: 'Hands out the next images of a host, as many as it bears',
      timeout: Duration.minutes(2),
      memorySize: 1024,
      inside,
      environment: { ...workBucket, ...imagesPerBatch, ...lanes },
    }).allowObjects(work, 'imports/*/images/*', 's3:PutObject'),
    convertImage: define('ConvertImage', {
      name: 'convert-image',
      description: 'One image: download, WebP, S3',
      timeout: Duration.seconds(settings.images.timeoutSeconds),
      memorySize: settings.images.memoryMegabytes,
      reservedConcurrency: settings.images.reservedConcurrency,
      layers: [sharpLayer(scope, sharpFolder)],
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
      .allowMissing(work, 'holds/'),
    recordImages: define('RecordImages', {
      name: 'record-images',
      description: 'Records the outcomes of a batch of images',
      timeout: Duration.seconds(settings.database.recordTimeoutSeconds),
      memorySize: settings.database.memoryMegabytes,
      inside,
    }),
    sweepImages: define('SweepImages', {
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
      .allow([images.bucketArn], 's3:ListBucket'),
    convertQueued: define('ConvertQueued', {
      name: 'convert-queued',
      description: 'Runs ConvertImages over a batch of queued images',
      // ConvertImages is an Express workflow: it ends within five minutes.
      timeout: Duration.seconds(queueConsumerSeconds),
      memorySize: 256,
      reservedConcurrency: settings.sweep.queueConcurrency,
      // StartSyncExecution has a host of its own.
      environment: { AWS_ENDPOINT_URL_SFN: `https://sync-states.${Aws.REGION}.${Aws.URL_SUFFIX}` },
    }),
  };
}

function sharpLayer(scope: Construct, folder: string): LayerVersion {
  if (!existsSync(folder)) throw new MissingBuildError(`${folder} is missing: run npm run build:assets first`);
  return new LayerVersion(scope, 'SharpLayer', {
    description: 'sharp for linux/arm64',
    code: Code.fromAsset(folder),
    compatibleArchitectures: [Architecture.ARM_64],
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
}
