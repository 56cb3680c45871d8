import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { RDSClient } from '@aws-sdk/client-rds';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Settings } from '../settings/settings.ts';
import { AccountError, errorOf } from './account-error.ts';
import { checkConcurrency } from './check-concurrency.ts';
import { checkInstanceType } from './check-instance-type.ts';
import { checkBootstrapped, checkStack } from './check-stack.ts';

export type AccountClients = {
  sts: Pick<STSClient, 'send'>;
  cloudFormation: Pick<CloudFormationClient, 'send'>;
  lambda: Pick<LambdaClient, 'send'>;
  rds: RDSClient;
};

/**
 * Asks the account for all that would fail a deployment half-way: credentials, bootstrapping, a failed stack in the way,
 * Lambda's concurrency, the database's class. Returns the account, and whether the stack stands already. Throws
 * {@link AccountError}.
 */
export async function checkAccount(
  clients: AccountClients,
  region: string,
  { stackName, settings }: { stackName: string; settings: Settings },
): Promise<{ account: string; stands: boolean }> {
  const account = await callerAccount(clients.sts);
  await checkBootstrapped(clients.cloudFormation, account, region);
  const stands = await checkStack(clients.cloudFormation, stackName, region);
  await checkConcurrency(clients.lambda, settings, { region, stands });
  await checkInstanceType(clients.rds, settings, region);
  return { account, stands };
}

/** Clients of the Region that the environment or the profile names, and that Region. Throws {@link AccountError}. */
export async function accountClients(): Promise<{ clients: AccountClients; region: string }> {
  // The SDK does not know the variable that the AWS CLI and cdk take.
  const options = { region: process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION || undefined, maxAttempts: 2 };
  const sts = new STSClient(options);
  const region = await sts.config.region().catch(() => {
    throw new AccountError('No AWS Region: set AWS_REGION, or the region of your AWS profile');
  });
  const clients = {
    sts,
    cloudFormation: new CloudFormationClient(options),
    lambda: new LambdaClient(options),
    rds: new RDSClient(options),
  };
  return { clients, region };
}

async function callerAccount(sts: AccountClients['sts']): Promise<string> {
  try {
    const { Account } = await sts.send(new GetCallerIdentityCommand({}));
    return Account ?? 'The account';
  } catch (error) {
    const { name, message } = errorOf(error);
    const cause = { cause: error };
    if (name === 'CredentialsProviderError' && !/expired|refresh/i.test(message)) {
      throw new AccountError(
        'No AWS credentials: set AWS_PROFILE, or sign in with aws sso login or aws configure',
        cause,
      );
    }
    if (/expired|refresh/i.test(name + message)) {
      throw new AccountError('The AWS credentials have expired: sign in again, e.g. with aws sso login', cause);
    }
    throw new AccountError(`The AWS credentials were not accepted: ${message}`, cause);
  }
}
