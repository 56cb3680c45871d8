import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { type Chain, Map as InlineMap, JsonPath, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { invokeFunction } from './invoke-function.ts';
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
  const batchStartedAt = JsonPath.stringAt('$$.Execution.StartTime');
  const convertImage = invokeFunction(scope, 'Convert image', props.convertImage, {
    // The service's own timeout answers first; this one covers an answer that got lost.
    timeout: props.convertTimeout.plus(Duration.seconds(5)),
  });
  const describeCrash = new Pass(scope, 'Describe crash', {
    parameters: {
      imageId: JsonPath.numberAt('$.image.imageId'),
      attempt: JsonPath.numberAt('$.image.attempt'),
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
    // Each image is told when its batch started: a Lambda cannot know, and a batch has to end in five minutes.
    itemSelector: { image: JsonPath.objectAt('$$.Map.Item.Value'), batchStartedAt },
    maxConcurrency: 1,
    resultPath: '$.outcomes',
  });
  convertEachImage.itemProcessor(convertImage);

  const recordImages = invokeFunction(scope, 'Record images', props.recordImages, {
    payload: {
      outcomes: JsonPath.listAt('$.outcomes'),
      takenAt: JsonPath.numberAt('$.takenAt'),
      holder: JsonPath.stringAt('$.holder'),
      batchStartedAt,
    },
    timeout: props.recordTimeout.plus(Duration.seconds(5)),
  });
  recordImages.addRetry(recordRetry);

  return convertEachImage.next(recordImages);
}
