import { sql } from 'drizzle-orm';
import { bigint, json, jsonb, numeric, pgView, text } from 'drizzle-orm/pg-core';

/** What the platform reads: an active or inactive product with its variants and its ordered WebP URLs. */
export const productCatalog = pgView('product_catalog', {
  id: bigint({ mode: 'number' }).notNull(),
  supplier: text().notNull(),
  code: text().notNull(),
  title: text().notNull(),
  description: text(),
  brand: text(),
  categoryPath: text('category_path'),
  tags: text().array().notNull(),
  price: numeric(),
  currency: text().notNull(),
  status: text().notNull(),
  variants: json().$type<CatalogVariant[]>().notNull(),
  images: jsonb().$type<CatalogImage[]>().notNull(),
}).as(sql`
  select p.id, s.code as supplier, p.code, p.title, p.description, p.brand, p.category_path, p.tags, p.price,
    p.currency, p.status::text as status,
    coalesce((
      select json_agg(json_build_object('id', v.id, 'sku', v.sku, 'barcode', v.barcode, 'options', v.options,
        'price', v.price, 'quantity', v.quantity) order by v.position, v.id)
      from product_variants v where v.product_id = p.id and v.status = 'active'
    ), '[]'::json) as variants,
    coalesce((
      select jsonb_agg(jsonb_build_object('position', pi.position,
        'url', st.base_url || '/' || i.object_key || '/' || shown.name || '.webp',
        'thumb', case when i.renditions -> 'thumb' is not null
          then st.base_url || '/' || i.object_key || '/thumb.webp' end,
        'width', (shown.size ->> 0)::integer, 'height', (shown.size ->> 1)::integer, 'alt', pi.alt_text)
        order by pi.position)
      from product_images pi join images i on i.id = pi.image_id join image_stores st on st.id = i.store_id
      cross join lateral (
        select r.name, r.size from json_each(i.renditions) with ordinality as r(name, size, ordinal)
        order by r.name = 'large' desc, r.ordinal limit 1
      ) shown
      where pi.product_id = p.id
    ), '[]'::jsonb) as images
  from products p join suppliers s on s.id = p.supplier_id`);

export type CatalogVariant = {
  id: number;
  sku: string | null;
  barcode: string | null;
  options: Record<string, string>;
  price: number | null;
  quantity: number | null;
};
export type CatalogImage = {
  position: number;
  url: string;
  thumb: string | null;
  width: number;
  height: number;
  alt: string | null;
};
