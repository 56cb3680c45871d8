import { GetAccountSettingsCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { reservedConcurrency, unreservedConcurrency } from '../settings/concurrency.ts';
import type { Settings } from '../settings/settings.ts';
import { AccountError, errorOf } from './account-error.ts';

/**
 * Throws {@link AccountError} where the functions' reservations do not fit into what the Region's Lambda has left: others
 * have reservations of their own, and 100 executions cannot be reserved. What a stack that stands has reserved is its own
 * and cannot be told from the others': it is compared with the quota alone.
 */
export async function checkConcurrency(
  client: Pick<LambdaClient, 'send'>,
  settings: Settings,
  { region, stands }: { region: string; stands: boolean },
): Promise<void> {
  const needed = reservedConcurrency(settings);
  if (needed === 0) return;
  const { quota, left } = await accountLimits(client, region);
  const free = Math.max(0, (stands ? quota : left) - unreservedConcurrency);
  if (needed <= free) return;
  throw new AccountError(
    `Lambda in ${region} has ${quota} concurrent executions, of which ${free} can still be reserved; ${needed} are needed: deploy with -c environment=starter, lower images.reservedConcurrency by ${needed - free}, or have the quota L-B99A9384 raised by that`,
  );
}

async function accountLimits(
  client: Pick<LambdaClient, 'send'>,
  region: string,
): Promise<{ quota: number; left: number }> {
  try {
    const { AccountLimit } = await client.send(new GetAccountSettingsCommand({}));
    const quota = AccountLimit?.ConcurrentExecutions ?? 0;
    return { quota, left: AccountLimit?.UnreservedConcurrentExecutions ?? quota };
  } catch (error) {
    throw new AccountError(`Lambda in ${region} refused to be asked: ${errorOf(error).message}`, { cause: error });
  }
}
