import { sql } from 'drizzle-orm';
import { bigint, jsonb, numeric, pgView, text } from 'drizzle-orm/pg-core';

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
  variants: jsonb().$type<CatalogVariant[]>().notNull(),
  images: jsonb().$type<CatalogImage[]>().notNull(),
}).as(sql`
  select p.id, s.code as supplier, p.code, p.title, p.description, p.brand, p.category_path, p.tags, p.price,
    p.currency, p.status::text as status,
    coalesce((
      select jsonb_agg(jsonb_build_object('id', v.id, 'sku', v.sku, 'barcode', v.barcode, 'options', v.options,
        'price', v.price, 'quantity', v.quantity) order by v.position, v.id)
      from product_variants v where v.product_id = p.id and v.status = 'active'
    ), '[]'::jsonb) as variants,
    coalesce((
      select jsonb_agg(jsonb_build_object('position', pi.position, 'url', i.url, 'thumb', i.renditions #>> '{thumb,url}',
        'width', i.width, 'height', i.height, 'alt', pi.alt_text) order by pi.position)
      from product_images pi join images i on i.id = pi.image_id
      where pi.product_id = p.id and i.url is not null
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
