import { type SQL, sql } from 'drizzle-orm';
import { images, type SupplierImageSettings, suppliers } from '../../../schema/index.ts';
import type { ImageItem } from '../../../workflows/payloads/images.ts';
import type { HostItem } from './image-batches.ts';

/** What a statement over images joined with suppliers returns for {@link hostItem}. */
export const imageItemColumns = sql`${images.id} as image_id, ${images.sourceUrl} as source_url, ${images.host} as host,
  ${suppliers.code} as supplier_code, ${images.attempts} as attempts, ${suppliers.imageSettings} as settings,
  case when ${images.objectKey} is not null then ${images.etag} end as etag,
  case when ${images.objectKey} is not null then ${images.lastModified} end as last_modified`;

export type ImageItemRow = {
  image_id: string;
  source_url: string;
  host: string;
  supplier_code: string;
  attempts: number;
  settings: SupplierImageSettings;
  etag: string | null;
  last_modified: string | null;
};

/**
 * Requests at once that an image's supplier allows to one host, 1 to 1,000, or `mostPerHost` where it says nothing.
 * Settings are typed by people: what is no number counts as not set, or one supplier's mistake would stop the sweeps of all.
 */
export function supplierLimit(mostPerHost: number): SQL {
  return sql`(case when jsonb_typeof(${suppliers.imageSettings} -> 'maxConcurrency') = 'number'
    then floor(greatest(1, least(1000, (${suppliers.imageSettings} ->> 'maxConcurrency')::numeric)))::int
    else ${mostPerHost}::int end)`;
}

/** The work to do for a claimed image: its next attempt, in its supplier's folder, with its supplier's settings. */
export function hostItem(row: ImageItemRow): HostItem {
  const item: ImageItem = {
    imageId: Number(row.image_id),
    sourceUrl: row.source_url,
    supplierCode: row.supplier_code,
    attempt: row.attempts + 1,
    etag: row.etag,
    lastModified: row.last_modified,
    headers: textHeaders(row.settings.headers),
    allowSvg: row.settings.allowSvg === true,
  };
  return { host: row.host, item };
}

/** A number is sent as its text: it would make a message of the queue unreadable, neighbours and all. */
function textHeaders(headers: Record<string, unknown> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
