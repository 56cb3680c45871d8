import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Endpoints } from './endpoints.ts';

/** What the commands must know the names of. */
export type TargetNames = {
  uploadsBucket: string;
  imagesBucket: string;
  reportsBucket: string;
  productImportArn: string;
  undoImportArn: string;
  supplierSettingsFunction: string;
  sweepImagesArn: string;
  verifyFunction: string;
  imageQueueUrl: string;
  imageDeadLetterQueueUrl: string;
};

/** What the commands talk to: a local stack or a deployed one, through the same SDK. */
export type Target = TargetNames & {
  s3: S3Client;
  stepFunctions: SFNClient;
  lambda: LambdaClient;
  sqs: SQSClient;
  /** Between two looks at what runs. */
  pollMilliseconds: number;
};

/** The local endpoints check no credentials; the SDK insists on some. */
export const localClientOptions = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
};

/** Clients of a local stack. */
export function localTarget(endpoints: Endpoints): Target {
  return {
    ...endpoints,
    s3: new S3Client({ ...localClientOptions, endpoint: endpoints.s3, forcePathStyle: true }),
    stepFunctions: new SFNClient({ ...localClientOptions, endpoint: endpoints.stepFunctions }),
    lambda: new LambdaClient({ ...localClientOptions, endpoint: endpoints.lambda }),
    sqs: new SQSClient({ ...localClientOptions, endpoint: endpoints.sqs }),
    pollMilliseconds: 300,
  };
}
