import { eq, type SQL, sql } from 'drizzle-orm';
import { type PgColumn, pgView } from 'drizzle-orm/pg-core';
import { type ProductColumn, productColumns, type VariantColumn, variantColumns } from './fields/fields.ts';
import { productVariants } from './product-variants.ts';
import { products } from './products.ts';
import { suppliers } from './suppliers.ts';

type TableColumn = Exclude<ProductColumn, 'active' | 'images'>;
type Described = { [C in TableColumn]: (typeof products)[C] };

/** What fields describe, in the order of their descriptions. */
const described = Object.fromEntries(
  productColumns.flatMap((column) =>
    column === 'active' || column === 'images' ? [] : [[column, products[column]] as const],
  ),
) as Described;

/** `'name', v.name, …` for json_build_object: keys are the columns' names in the database. */
const pairs = (columns: readonly PgColumn[]): SQL =>
  sql.join(
    columns.map(({ name }) => sql.raw(`'${name}', v.${name}`)),
    sql`, `,
  );
const { id, options, attributes, status } = productVariants;
const ofVariants = pairs([id, ...variantColumns.map((column) => productVariants[column]), options, attributes, status]);

const variants = sql<CatalogVariant[]>`coalesce((
      select json_agg(json_build_object(${ofVariants}) order by v.status, v.position, v.id)
      from product_variants v where v.product_id = ${products.id}
    ), '[]'::json)`;

/** `large`, which the settings always have, stands for the image; one converted before it was set, its first rendition. */
const images = sql<CatalogImage[]>`coalesce((
      select jsonb_agg(jsonb_build_object('position', pi.position, 'alt', pi.alt_text, 'renditions', r.map)
        || coalesce(r.map -> 'large', r.first) order by pi.position)
      from product_images pi join images i on i.id = pi.image_id join image_stores st on st.id = i.store_id
      cross join lateral (
        select jsonb_object_agg(name, rendition) as map, (array_agg(rendition order by ordinal))[1] as first
        from json_each(i.renditions) with ordinality as e(name, size, ordinal)
        cross join lateral jsonb_build_object('url', st.base_url || '/' || i.object_key || '/' || name || '.webp',
          'width', (size ->> 0)::integer, 'height', (size ->> 1)::integer) as rendition
      ) r
      where pi.product_id = ${products.id}
    ), '[]'::jsonb)`;

/**
 * What the platform reads: an active or inactive product with its variants, active ones first, and the addresses of its
 * ordered images. A column that a field describes is in it by itself.
 */
export const productCatalog = pgView('product_catalog').as((query) =>
  query
    .select({
      id: products.id,
      supplier: sql<string>`${suppliers.code}`.as('supplier'),
      code: products.code,
      ...described,
      status: sql<'active' | 'inactive'>`${products.status}::text`.as('status'),
      attributes: products.attributes,
      variants: variants.as('variants'),
      images: images.as('images'),
    })
    .from(products)
    .innerJoin(suppliers, eq(suppliers.id, products.supplierId)),
);

/** A variant, by the names of its columns; numbers of JSON. */
export type CatalogVariant = {
  id: number;
  options: Record<string, string>;
  attributes: Record<string, string>;
  status: 'active' | 'inactive';
} & {
  [C in VariantColumn as (typeof productVariants)[C]['_']['name']]: Json<(typeof productVariants.$inferSelect)[C]>;
};

/** PostgreSQL's numeric, which Drizzle reads as text, is a number in JSON. */
type Json<T> = string extends T ? T | number : T;

export type CatalogImage = {
  position: number;
  alt: string | null;
  /** By name, as the settings of the conversion have them: `large` and `thumb`, if nothing else is set. */
  renditions: Record<string, CatalogRendition>;
} & CatalogRendition;
type CatalogRendition = { url: string; width: number; height: number };
