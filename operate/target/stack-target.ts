import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Target, TargetNames } from './clients.ts';

/** Where infrastructure/supplier-import-stack.ts puts the names into the stack's outputs. */
export const stackOutputs: Record<keyof TargetNames, string> = {
  uploadsBucket: 'UploadsBucket',
  imagesBucket: 'ImagesBucket',
  reportsBucket: 'ReportsBucket',
  productImportArn: 'ProductImportArn',
  undoImportArn: 'UndoImportArn',
  supplierSettingsFunction: 'SupplierSettingsFunction',
  sweepImagesArn: 'SweepImagesArn',
  verifyFunction: 'VerifyFunction',
  imageQueueUrl: 'ImageQueueUrl',
  imageDeadLetterQueueUrl: 'ImageDeadLetterQueueUrl',
};

/**
 * Clients and names of a deployed stack, in the account and region that the SDK finds: environment, profile or role.
 * Throws one line that says what to do where the stack, the region or valid credentials are missing.
 */
export async function stackTarget(stackName: string): Promise<Target> {
  const { stack, region } = await describeStack(stackName);
  return {
    ...stackNames(stack, region),
    s3: new S3Client({ region }),
    stepFunctions: new SFNClient({ region }),
    lambda: new LambdaClient({ region }),
    sqs: new SQSClient({ region }),
    // DescribeMapRun has a quota of one request a second.
    pollMilliseconds: 3000,
  };
}

async function describeStack(stackName: string): Promise<{ stack: Stack; region: string }> {
  const client = new CloudFormationClient({});
  const region = await client.config.region().catch((error: unknown) => {
    throw explained('No AWS region is set: set AWS_REGION to the one the stack is deployed in', error);
  });
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    if (stack === undefined) throw missingStack(stackName, region);
    return { stack, region };
  } catch (error) {
    throw explainAwsError(error, stackName, region);
  } finally {
    client.destroy();
  }
}

/** The names among a stack's outputs; throws where one is missing. */
function stackNames({ StackName, StackStatus, Outputs = [] }: Stack, region: string): TargetNames {
  const values = new Map(Outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  const outputOf = (output: string) => {
    const value = values.get(output);
    if (value) return value;
    throw new Error(
      `Stack ${StackName} in ${region} (${StackStatus}) has no output ${output}: expected a deployed supplier-import stack; deploy it with npm run deploy`,
    );
  };
  const names = Object.entries(stackOutputs).map(([name, output]) => [name, outputOf(output)]);
  return Object.fromEntries(names) as TargetNames;
}

const missingStack = (stackName: string, region: string, cause?: unknown) =>
  explained(
    `There is no stack ${stackName} in ${region}: check the name and AWS_REGION, or deploy it with npm run deploy`,
    cause,
  );

const refusedCredentials = new Set(['InvalidClientTokenId', 'UnrecognizedClientException', 'SignatureDoesNotMatch']);
const unreachable = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH']);

/** An error of an AWS client as one line that says what to do; errors that need no translation pass as they are. */
function explainAwsError(error: unknown, stackName: string, region: string): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message } = error;
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError') {
    return explained('No usable AWS credentials: set AWS_PROFILE, or log in with aws sso login or aws login', error);
  }
  if (/^ExpiredToken|^RequestExpired/.test(name)) {
    return explained('The AWS credentials have expired: log in again (aws sso login or aws login) and repeat', error);
  }
  if (refusedCredentials.has(name)) {
    return explained(`AWS does not accept these credentials (${name}): check AWS_PROFILE and the access keys`, error);
  }
  if (/^AccessDenied/.test(name)) {
    return explained(`These credentials do not suffice for stack ${stackName} in ${region}: ${message}`, error);
  }
  if (name === 'ValidationError' && /does not exist/.test(message)) return missingStack(stackName, region, error);
  if ('code' in error && typeof error.code === 'string' && unreachable.has(error.code)) {
    return explained(`AWS in ${region} cannot be reached (${error.code}): check AWS_REGION and the network`, error);
  }
  return error;
}

function explained(message: string, cause: unknown): Error {
  return new Error(message, { cause });
}
