import { sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { images, suppliers } from '../../schema/index.ts';
import type { ImageItem } from '../../workflows/payloads.ts';
import type { Database } from '../shared/database.ts';
import { type ImageItemRow, imageItem, imageItemColumns } from '../shared/image-item.ts';

/** Rows fetched at a time: 100,000 images pass through without ever being in memory together. */
const pageSize = 1000;

/**
 * The images that the import has claimed, hosts taking turns: a batch of neighbours asks many servers for a little each
 * instead of one server for all, and a slow one holds up few.
 */
export async function* readClaimedImages(database: Database, importId: number): AsyncGenerator<ImageItem[]> {
  const turn = sql`row_number() over (partition by ${images.host} order by ${images.id})`;
  const query = sql`
    select ${imageItemColumns}
    from ${images} join ${suppliers} on ${suppliers.id} = ${images.supplierId}
    where ${images.status} = 'queued' and ${images.importId} = ${importId}
    order by ${turn}, ${images.host}`;
  // Drizzle has no cursors; the driver below it has. The import is the statement's only parameter.
  const { sql: text } = new PgDialect().sqlToQuery(query);
  const pages = database.$client.unsafe<ImageItemRow[]>(text, [importId]).cursor(pageSize);
  for await (const page of pages) yield page.map(imageItem);
}
