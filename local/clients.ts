import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Endpoints } from './endpoints.ts';

/** What the commands talk to: a local stack or a deployed one, through the same SDK. */
export type Target = {
  s3: S3Client;
  stepFunctions: SFNClient;
  lambda: LambdaClient;
  sqs: SQSClient;
  uploadsBucket: string;
  imagesBucket: string;
  reportsBucket: string;
  productImportArn: string;
  sweepFunction: string;
  imageQueueUrl: string;
  imageDeadLetterQueueUrl: string;
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
  };
}
