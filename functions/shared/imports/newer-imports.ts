import { type SQL, sql } from 'drizzle-orm';
import { importChunks, imports } from '../../../schema/index.ts';
import type { Transaction } from '../database/database.ts';
import { correctionPattern } from './correction.ts';
import { type FileOrder, isNewerFile } from './file-order.ts';

export type NewerImports = {
  /** A newer file has written chunks, of whatever end. */
  exist: boolean;
  /** One of them has not failed and is no correction: if it is a full feed, it decides alone which products there are. */
  decide: boolean;
};

/** Whether newer files of the supplier have begun to write products. */
export async function findNewerImports(transaction: Transaction, file: FileOrder): Promise<NewerImports> {
  const [newer] = await transaction.execute<NewerImports>(sql`
    select count(*) > 0 as exist, coalesce(bool_or(${imports.status} <> 'failed' and ${imports.objectKey} !~* ${correctionPattern}), false) as decide
    from ${imports}
    where ${isNewerFile(file)} and exists(select from ${importChunks} where ${importChunks.importId} = ${imports.id})`);
  return newer ?? { exist: false, decide: false };
}

/** Codes of all products that newer files of the supplier list, as a subquery of one column. */
export function newerProductCodes(file: FileOrder): SQL {
  return sql`
    select unnest(${importChunks.productCodes})
    from ${imports} join ${importChunks} on ${importChunks.importId} = ${imports.id}
    where ${isNewerFile(file)}`;
}
