import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { type Chain, Map as InlineMap, JsonPath, Pass, TaskInput, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { batchMilliseconds } from '../functions/shared/hosts/politeness.ts';
import { hostHoldRetry, imageBlipRetry, imageServiceRetry, recordRetry } from './retry-policies.ts';

export type ConvertImagesProps = {
  convertImage: IFunction;
  recordImages: IFunction;
  /** Longest run of convert-image and record-images. */
  convertTimeout: Duration;
  recordTimeout: Duration;
};

/**
 * The one way images are converted: one Lambda per image, one after the other, then one write for the batch. A batch is a
 * lane: as it sends one request at a time, a host gets no more at once than it has lanes. Input: `imageBatchSchema`;
 * output: `recordedImagesSchema`. An invocation that throws or crashes becomes an outcome, so that one poisoned image
 * costs one invocation and its neighbours are recorded.
 */
export function convertImages(scope: Construct, props: ConvertImagesProps): Chain {
  const convertImage = new LambdaInvoke(scope, 'Convert image', {
    lambdaFunction: props.convertImage,
    payloadResponseOnly: true,
    retryOnServiceExceptions: false,
    // The service's own timeout answers first; this one covers an answer that got lost.
    taskTimeout: Timeout.duration(props.convertTimeout.plus(Duration.seconds(5))),
  });
  const describeCrash = new Pass(scope, 'Describe crash', {
    parameters: {
      imageId: JsonPath.numberAt('$.imageId'),
      attempt: JsonPath.numberAt('$.attempt'),
      status: 'crashed',
      error: JsonPath.stringAt('$.crash.Error'),
      cause: JsonPath.stringAt('$.crash.Cause'),
    },
  });
  convertImage.addRetry(hostHoldRetry);
  convertImage.addRetry(imageBlipRetry);
  convertImage.addRetry(imageServiceRetry);
  convertImage.addCatch(describeCrash, { resultPath: '$.crash' });

  const convertEachImage = new InlineMap(scope, 'Convert each image', {
    itemsPath: '$.Items',
    maxConcurrency: 1,
    resultPath: '$.outcomes',
  });
  convertEachImage.itemProcessor(convertImage);

  const recordImages = new LambdaInvoke(scope, 'Record images', {
    lambdaFunction: props.recordImages,
    payload: TaskInput.fromObject({ outcomes: JsonPath.listAt('$.outcomes'), lanes: JsonPath.listAt('$.lanes') }),
    payloadResponseOnly: true,
    retryOnServiceExceptions: false,
    taskTimeout: Timeout.duration(props.recordTimeout.plus(Duration.seconds(5))),
  });
  recordImages.addRetry(recordRetry);

  return convertEachImage.next(recordImages);
}

/**
 * Seconds an Express child can take at worst: it must stay under 300. An image is begun as long as the batch has time
 * (`batchMilliseconds`); a retry of the last one, begun after that, is answered at once.
 */
export function worstCaseSeconds(props: { convertTimeout: Duration; recordTimeout: Duration }): number {
  const waits = [hostHoldRetry, imageBlipRetry, imageServiceRetry].map(waitSeconds);
  const lastImage = waits.reduce((total, wait) => total + wait, props.convertTimeout.toSeconds());
  // A database that hangs rather than refuses: one timeout, then the retries' waits.
  const record = props.recordTimeout.toSeconds() + waitSeconds(recordRetry);
  return batchMilliseconds / 1000 + lastImage + record;
}

/** Sum of the waits before each retry, with full jitter at its worst. */
export function waitSeconds(retry: {
  interval?: Duration;
  backoffRate?: number;
  maxDelay?: Duration;
  maxAttempts?: number;
}): number {
  const interval = (retry.interval ?? Duration.seconds(1)).toSeconds();
  const cap = retry.maxDelay?.toSeconds() ?? Number.POSITIVE_INFINITY;
  let total = 0;
  for (let attempt = 0; attempt < (retry.maxAttempts ?? 3); attempt += 1) {
    total += Math.min(interval * (retry.backoffRate ?? 2) ** attempt, cap);
  }
  return total;
}
