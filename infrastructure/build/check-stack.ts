import { type CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { AccountError, errorOf } from './account-error.ts';

type Client = Pick<CloudFormationClient, 'send'>;

/** Throws {@link AccountError} where the account's Region has not been bootstrapped. */
export async function checkBootstrapped(client: Client, account: string, region: string): Promise<void> {
  if (await describe(client, 'CDKToolkit', region)) return;
  throw new AccountError(
    `${account} is not bootstrapped in ${region}: run npm run build && npm run build:assets && npx cdk bootstrap ${account}/${region}`,
  );
}

/**
 * Whether the stack stands: it has been made, whatever became of its last update. One that is not there, or whose creation
 * failed, does not: cdk deletes what is left of it first. Throws {@link AccountError} where cdk could not.
 */
export async function checkStack(client: Client, stackName: string, region: string): Promise<boolean> {
  const stack = await describe(client, stackName, region);
  const status = stack?.StackStatus;
  switch (status) {
    case undefined:
    case 'REVIEW_IN_PROGRESS':
    case 'DELETE_COMPLETE':
      return false;
    case 'ROLLBACK_COMPLETE':
    case 'ROLLBACK_FAILED':
    case 'CREATE_FAILED':
      if (!stack?.EnableTerminationProtection) return false;
      throw new AccountError(
        `${stackName} failed to be made (${status}) and is protected: run aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name ${stackName}, then deploy again`,
      );
    case 'UPDATE_ROLLBACK_FAILED':
      throw new AccountError(
        `${stackName} is stuck (${status}): run aws cloudformation continue-update-rollback --stack-name ${stackName}, then deploy again`,
      );
    case 'DELETE_FAILED':
      throw new AccountError(
        `${stackName} could not be deleted: see its events, run aws cloudformation delete-stack --stack-name ${stackName}, then deploy again`,
      );
    default:
      if (!status.endsWith('_IN_PROGRESS')) return true;
      throw new AccountError(`${stackName} is being changed (${status}): wait until that is done, then deploy again`);
  }
}

/** The stack, or undefined where there is none of that name. */
async function describe(client: Client, StackName: string, region: string): Promise<Stack | undefined> {
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
    return Stacks?.[0];
  } catch (error) {
    const { name, message } = errorOf(error);
    if (name === 'ValidationError' && message.includes('does not exist')) return undefined;
    throw new AccountError(`CloudFormation in ${region} refused to be asked: ${message}`, { cause: error });
  }
}
