import { paginateDescribeOrderableDBInstanceOptions, type RDSClient } from '@aws-sdk/client-rds';
import { postgresMajorVersion } from '../database.ts';
import type { Settings } from '../settings/settings.ts';
import { AccountError, errorOf } from './account-error.ts';

/** Graviton families, the one that most Regions have last. */
const alternatives = ['m8g', 'm7g', 'm6g'];

/** Throws {@link AccountError} where the Region does not offer the database's class for our version of PostgreSQL. */
export async function checkInstanceType(client: RDSClient, { database }: Settings, region: string): Promise<void> {
  const { existing, instanceType } = database;
  if (existing !== null || (await isOrderable(client, instanceType, region))) return;
  const size = instanceType.split('.')[1] ?? 'large';
  for (const family of alternatives) {
    const other = `${family}.${size}`;
    if (other !== instanceType && (await isOrderable(client, other, region))) {
      throw new AccountError(`${describe(instanceType, region)}: set database.instanceType to ${other}`);
    }
  }
  throw new AccountError(`${describe(instanceType, region)}: choose another database.instanceType, or another Region`);
}

const describe = (instanceType: string, region: string) =>
  `RDS in ${region} has no db.${instanceType} for PostgreSQL ${postgresMajorVersion} on gp3`;

async function isOrderable(client: RDSClient, instanceType: string, region: string): Promise<boolean> {
  const query = { Engine: 'postgres', DBInstanceClass: `db.${instanceType}`, Vpc: true };
  try {
    for await (const { OrderableDBInstanceOptions } of paginateDescribeOrderableDBInstanceOptions({ client }, query)) {
      const fitting = OrderableDBInstanceOptions?.some(
        ({ EngineVersion, StorageType }) =>
          EngineVersion?.split('.')[0] === postgresMajorVersion && StorageType === 'gp3',
      );
      if (fitting) return true;
    }
    return false;
  } catch (error) {
    throw new AccountError(`RDS in ${region} refused to be asked: ${errorOf(error).message}`, { cause: error });
  }
}
