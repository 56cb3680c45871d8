import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import {
  type Chain,
  Choice,
  Condition,
  DistributedMap,
  JsonPath,
  StateMachineType,
  Succeed,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { type ConvertImagesProps, convertImages } from './convert-images.ts';
import { invokeFunction } from './invoke-function.ts';
import { ImportFileReader, MapRunResultWriter } from './map-run-files.ts';
import { databaseRetry, mapRunRetry } from './retry-policies.ts';

export type ConvertHostsProps = {
  takeImages: IFunction;
  conversion: ConvertImagesProps;
  workBucket: IBucket;
  /** Failed batches, in percent, above which a Take fails its child. */
  toleratedFailurePercentage: number;
};

/**
 * The child of "Convert images": a host, or several with few images, Take by Take until nothing is owed. Input:
 * `takeImagesInputSchema`. No host waits for another's, and nobody is paid while one waits.
 */
export function convertHosts(scope: Construct, props: ConvertHostsProps): Chain {
  const takeImages = invokeFunction(scope, 'Take images', props.takeImages, {
    timeout: Duration.minutes(5),
    resultPath: '$.take',
  });
  takeImages.addRetry(databaseRetry);

  const convertHost = new DistributedMap(scope, 'Convert host', {
    mapExecutionType: StateMachineType.EXPRESS,
    itemReader: new ImportFileReader({ bucket: props.workBucket, key: JsonPath.stringAt('$.take.key') }),
    maxConcurrencyPath: JsonPath.stringAt('$.take.lanes'),
    toleratedFailurePercentage: props.toleratedFailurePercentage,
    resultWriterV2: new MapRunResultWriter({ bucket: props.workBucket, name: 'convert-host' }),
    resultPath: JsonPath.DISCARD,
  });
  convertHost.itemProcessor(convertImages(new Construct(scope, 'Image batch'), props.conversion));
  convertHost.addRetry(mapRunRetry);

  const waitForHost = new Wait(scope, 'Wait for host', { time: WaitTime.secondsPath('$.take.waitSeconds') });
  const anyTaken = new Choice(scope, 'Any taken?')
    .when(Condition.numberGreaterThan('$.take.batches', 0), convertHost.next(takeImages))
    .when(Condition.numberGreaterThan('$.take.waitSeconds', 0), waitForHost.next(takeImages))
    .otherwise(new Succeed(scope, 'Host done'));
  return takeImages.next(anyTaken);
}
