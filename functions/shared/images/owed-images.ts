import { type SQL, sql } from 'drizzle-orm';
import { imageHosts, images, suppliers } from '../../../schema/index.ts';
import type { Database } from '../database/database.ts';
import type { Demand } from '../hosts/host-state.ts';
import type { HostItem } from './image-batches.ts';
import { hostItem, type ImageItemRow, imageItemColumns, supplierLimit } from './image-item.ts';

/** True for an image that the import has inserted or claimed, and of which nothing has been reported since. */
const owedBy = (importId: number) => sql`${images.importId} = ${importId}
  and ${images.status} in ('pending', 'queued') and ${images.nextAttemptAt} is null`;

const among = (hosts: readonly string[]): SQL =>
  sql`${images.host} in (select json_array_elements_text(${JSON.stringify(hosts)}::json))`;

export type OwedHost = { host: string; images: number; holdSeconds: number };

/** Images that the import owes, by host, and how long the host wants to be left alone. */
export async function owedByHost(database: Database, importId: number): Promise<OwedHost[]> {
  return database.execute<OwedHost>(sql`
    select ${images.host}, count(*)::int as images,
      coalesce(ceil(extract(epoch from max(${imageHosts.holdUntil}) - now())), 0)::int as "holdSeconds"
    from ${images} left join ${imageHosts} on ${imageHosts.host} = ${images.host}
    where ${owedBy(importId)}
    group by ${images.host}`);
}

/** What the import owes of the hosts, and what its images' suppliers allow. */
export async function readDemands(
  database: Database,
  importId: number,
  hosts: readonly string[],
  mostPerHost: number,
): Promise<Demand[]> {
  return database.execute<Demand>(sql`
    select ${images.host}, count(*)::int as images, min(${supplierLimit(mostPerHost)})::int as "limit"
    from ${images} join ${suppliers} on ${suppliers.id} = ${images.supplierId}
    where ${owedBy(importId)} and ${among(hosts)}
    group by ${images.host}`);
}

/** So many of the images that the import owes of each host, the first ones. */
export async function readOwedImages(
  database: Database,
  importId: number,
  rooms: readonly { host: string; images: number }[],
): Promise<HostItem[]> {
  if (rooms.length === 0) return [];
  const rows = await database.execute<ImageItemRow>(sql`
    with turns as (
      select ${images.id}, ${images.host}, row_number() over (partition by ${images.host} order by ${images.id}) as turn
      from ${images} where ${owedBy(importId)} and ${among(rooms.map(({ host }) => host))}
    )
    select ${imageItemColumns}
    from turns
    join json_to_recordset(${JSON.stringify(rooms)}::json) as room(host text, images integer)
      on room.host = turns.host and turns.turn <= room.images
    join ${images} on ${images.id} = turns.id
    join ${suppliers} on ${suppliers.id} = ${images.supplierId}
    order by turns.host, turns.turn`);
  return rows.map(hostItem);
}
