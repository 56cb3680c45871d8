-- Others' rights on the views are remembered here and granted again at the end.
CREATE TEMPORARY TABLE kept_rights AS
SELECT format('grant %s%s on %I to %s%s', acl.privilege_type, columns.list, c.relname,
  CASE WHEN acl.grantee = 0 THEN 'public' ELSE quote_ident(pg_get_userbyid(acl.grantee)) END,
  CASE WHEN acl.is_grantable THEN ' with grant option' ELSE '' END) AS statement,
  c.relname AS view, columns.name AS column_name
FROM pg_class c
CROSS JOIN LATERAL (
  SELECT c.relacl AS acl, '' AS list, NULL AS name
  UNION ALL SELECT a.attacl, format(' (%I)', a.attname), a.attname FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
) columns
CROSS JOIN LATERAL aclexplode(columns.acl) acl
WHERE c.relnamespace = 'public'::regnamespace AND c.relname IN ('product_catalog') AND acl.grantee <> c.relowner;
--> statement-breakpoint
DROP VIEW "public"."product_catalog";--> statement-breakpoint
ALTER TABLE "product_variants" ADD COLUMN "country_of_origin" text;--> statement-breakpoint
ALTER TABLE "products" ADD COLUMN "country_of_origin" text;--> statement-breakpoint
CREATE VIEW "public"."product_catalog" AS (select "products"."id", "suppliers"."code" as "supplier", "products"."code", "products"."title", "products"."description", "products"."brand", "products"."category_path", "products"."country_of_origin", "products"."tags", "products"."price", "products"."cost", "products"."msrp", "products"."currency", "products"."weight_grams", "products"."length_mm", "products"."width_mm", "products"."height_mm", "products"."status"::text as "status", "products"."attributes", coalesce((
      select json_agg(json_build_object('id', v.id, 'country_of_origin', v.country_of_origin, 'price', v.price, 'cost', v.cost, 'msrp', v.msrp, 'quantity', v.quantity, 'weight_grams', v.weight_grams, 'sku', v.sku, 'barcode', v.barcode, 'options', v.options, 'attributes', v.attributes, 'status', v.status) order by v.status, v.position, v.id)
      from product_variants v where v.product_id = "products"."id"
    ), '[]'::json) as "variants", coalesce((
      select jsonb_agg(jsonb_build_object('position', pi.position, 'alt', pi.alt_text, 'renditions', r.map)
        || coalesce(r.map -> 'large', r.first) order by pi.position)
      from product_images pi join images i on i.id = pi.image_id join image_stores st on st.id = i.store_id
      cross join lateral (
        select jsonb_object_agg(name, rendition) as map, (array_agg(rendition order by ordinal))[1] as first
        from json_each(i.renditions) with ordinality as e(name, size, ordinal)
        cross join lateral jsonb_build_object('url', st.base_url || '/' || i.object_key || '/' || name || '.webp',
          'width', (size ->> 0)::integer, 'height', (size ->> 1)::integer) as rendition
      ) r
      where pi.product_id = "products"."id"
    ), '[]'::jsonb) as "images" from "products" inner join "suppliers" on "suppliers"."id" = "products"."supplier_id");--> statement-breakpoint

DO $$
DECLARE kept record;
BEGIN
  FOR kept IN SELECT statement FROM kept_rights WHERE column_name IS NULL OR EXISTS (
    SELECT FROM pg_attribute WHERE attrelid = format('public.%I', view)::regclass AND attname = column_name
  ) LOOP
    EXECUTE kept.statement;
  END LOOP;
END $$;
--> statement-breakpoint
DROP TABLE kept_rights;
