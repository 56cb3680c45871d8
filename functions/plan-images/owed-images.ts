import { sql } from 'drizzle-orm';
import { images, suppliers } from '../../schema/index.ts';
import type { Database } from '../shared/database/database.ts';
import type { Demand, Grant } from '../shared/hosts/host-lanes.ts';
import type { HostItem } from '../shared/images/image-batches.ts';
import { hostItem, type ImageItemRow, imageItemColumns, supplierLimit } from '../shared/images/image-item.ts';

/** True for an image that the import has inserted or claimed, and of which nothing has been reported since. */
const owedBy = (importId: number) => sql`${images.importId} = ${importId}
  and ${images.status} in ('pending', 'queued') and ${images.nextAttemptAt} is null`;

/** Images that the import owes, by host. */
export async function owedByHost(database: Database, importId: number): Promise<Demand[]> {
  return database.execute<Demand>(sql`
    select ${images.host}, count(*)::int as images, min(${supplierLimit})::int as "limit"
    from ${images} join ${suppliers} on ${suppliers.id} = ${images.supplierId}
    where ${owedBy(importId)}
    group by ${images.host}`);
}

/** The images that the granted lanes have room for, at most `limit`: the first of each host, hosts taking turns. */
export async function readOwedImages(
  database: Database,
  importId: number,
  grants: readonly Grant[],
  batchSize: number,
  limit: number,
): Promise<HostItem[]> {
  if (grants.length === 0) return [];
  const rooms = grants.map(({ host, lanes }) => ({ host, images: lanes.length * batchSize }));
  const rows = await database.execute<ImageItemRow>(sql`
    with turns as (
      select ${images.id}, ${images.host}, row_number() over (partition by ${images.host} order by ${images.id}) as turn
      from ${images} where ${owedBy(importId)}
    )
    select ${imageItemColumns}
    from turns
    join json_to_recordset(${JSON.stringify(rooms)}::json) as room(host text, images integer)
      on room.host = turns.host and turns.turn <= room.images
    join ${images} on ${images.id} = turns.id
    join ${suppliers} on ${suppliers.id} = ${images.supplierId}
    order by turns.turn, turns.host limit ${limit}`);
  return rows.map(hostItem);
}
