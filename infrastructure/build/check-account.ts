import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

/** The account cannot be deployed to as it is; the message is one line that says what to do. */
export class AccountError extends Error {
  override name = 'Account';
}

export type AccountClients = { sts: Pick<STSClient, 'send'>; cloudFormation: Pick<CloudFormationClient, 'send'> };

/**
 * Returns the account that the credentials are of, ready for `cdk deploy`. Throws {@link AccountError} where there are no
 * credentials, they are not accepted, or the account's Region has not been bootstrapped: cdk says the same of all three.
 */
export async function checkAccount(clients: AccountClients, region: string): Promise<string> {
  const account = await callerAccount(clients.sts);
  try {
    await clients.cloudFormation.send(new DescribeStacksCommand({ StackName: 'CDKToolkit' }));
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    if (name === 'ValidationError' && message.includes('does not exist')) {
      throw new AccountError(
        `${account} is not bootstrapped in ${region}: run npx cdk bootstrap ${account}/${region}`,
        {
          cause: error,
        },
      );
    }
    throw new AccountError(`CloudFormation in ${region} refused to be asked: ${message}`, { cause: error });
  }
  return account;
}

async function callerAccount(sts: AccountClients['sts']): Promise<string> {
  try {
    const { Account } = await sts.send(new GetCallerIdentityCommand({}));
    return Account ?? 'The account';
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    if (name === 'CredentialsProviderError' && !/expired|refresh/i.test(message)) {
      throw new AccountError('No AWS credentials: set AWS_PROFILE, or sign in with aws sso login or aws configure', {
        cause: error,
      });
    }
    if (/expired|refresh/i.test(name + message)) {
      throw new AccountError('The AWS credentials have expired: sign in again, e.g. with aws sso login', {
        cause: error,
      });
    }
    throw new AccountError(`The AWS credentials were not accepted: ${message}`, { cause: error });
  }
}

if (import.meta.main) {
  // The SDK does not know the variable that the AWS CLI and cdk take.
  const options = { region: process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION || undefined, maxAttempts: 2 };
  const clients = { sts: new STSClient(options), cloudFormation: new CloudFormationClient(options) };
  try {
    const region = await clients.sts.config.region().catch(() => {
      throw new AccountError('No AWS Region: set AWS_REGION, or the region of your AWS profile');
    });
    console.log(`Deploying to ${await checkAccount(clients, region)} in ${region}`);
  } catch (error) {
    console.error(error instanceof AccountError ? error.message : error);
    process.exitCode = 1;
  }
}
