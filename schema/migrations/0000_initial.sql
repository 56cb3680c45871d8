CREATE TYPE "public"."image_status" AS ENUM('pending', 'queued', 'converted', 'failed');--> statement-breakpoint
CREATE TYPE "public"."import_status" AS ENUM('running', 'completed', 'completed_with_problems', 'failed');--> statement-breakpoint
CREATE TYPE "public"."product_status" AS ENUM('active', 'inactive');--> statement-breakpoint
CREATE TYPE "public"."feed_mode" AS ENUM('partial', 'full');--> statement-breakpoint
CREATE TABLE "host_lanes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "host_lanes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"host" text NOT NULL,
	"import_id" bigint,
	"waiting" boolean DEFAULT false NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "image_hosts" (
	"host" text PRIMARY KEY NOT NULL,
	"concurrency" smallint NOT NULL,
	"maximum" smallint NOT NULL,
	"hold_until" timestamp with time zone,
	"slowed_at" timestamp with time zone,
	"overloads" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "image_stores" (
	"id" smallint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "image_stores_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 32767 START WITH 1 CACHE 1),
	"base_url" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "images" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "images_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"source_url_hash" uuid NOT NULL,
	"supplier_id" bigint NOT NULL,
	"import_id" bigint,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"source_url" text NOT NULL,
	"host" text NOT NULL,
	"status" "image_status" DEFAULT 'pending' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp with time zone DEFAULT now(),
	"claimed_at" timestamp with time zone,
	"converted_at" timestamp with time zone,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"store_id" smallint,
	"error_code" text,
	"error_message" text,
	"etag" text,
	"last_modified" text,
	"source_hash" uuid,
	"object_key" text,
	"renditions" json,
	CONSTRAINT "images_converted_check" CHECK ("images"."status" <> 'converted' or ("images"."store_id" is not null and "images"."object_key" is not null and "images"."renditions" is not null)),
	CONSTRAINT "images_failed_check" CHECK ("images"."status" <> 'failed' or "images"."error_code" is not null),
	CONSTRAINT "images_pending_check" CHECK ("images"."status" <> 'pending' or "images"."next_attempt_at" is not null or "images"."import_id" is not null),
	CONSTRAINT "images_queued_check" CHECK ("images"."status" <> 'queued' or ("images"."claimed_at" is not null and ("images"."next_attempt_at" is not null or "images"."import_id" is not null)))
);
--> statement-breakpoint
CREATE TABLE "import_chunks" (
	"import_id" bigint NOT NULL,
	"chunk" integer NOT NULL,
	"product_codes" text[] NOT NULL,
	"created" integer NOT NULL,
	"updated" integer NOT NULL,
	"unchanged" integer NOT NULL,
	CONSTRAINT "import_chunks_pkey" PRIMARY KEY("import_id","chunk")
);
--> statement-breakpoint
CREATE TABLE "imports" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "imports_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"bucket" text NOT NULL,
	"object_key" text NOT NULL,
	"version_id" text NOT NULL,
	"supplier_id" bigint,
	"execution_arn" text NOT NULL,
	"uploaded_at" timestamp with time zone NOT NULL,
	"status" "import_status" DEFAULT 'running' NOT NULL,
	"format" text,
	"rows_read" integer DEFAULT 0 NOT NULL,
	"rows_rejected" integer DEFAULT 0 NOT NULL,
	"products_created" integer DEFAULT 0 NOT NULL,
	"products_updated" integer DEFAULT 0 NOT NULL,
	"products_unchanged" integer DEFAULT 0 NOT NULL,
	"products_deactivated" integer DEFAULT 0 NOT NULL,
	"images" jsonb DEFAULT '{"distinct":0,"converted":0,"failed":0,"waiting":0}'::jsonb NOT NULL,
	"error" text,
	"error_message" text,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	"images_released_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "product_images" (
	"product_id" bigint NOT NULL,
	"position" integer NOT NULL,
	"image_id" bigint NOT NULL,
	"alt_text" text,
	CONSTRAINT "product_images_pkey" PRIMARY KEY("product_id","position")
);
--> statement-breakpoint
CREATE TABLE "product_variants" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "product_variants_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"product_id" bigint NOT NULL,
	"variant_key" text NOT NULL,
	"position" integer NOT NULL,
	"sku" text,
	"barcode" text,
	"options" json DEFAULT '{}'::json NOT NULL,
	"price" numeric(14, 4),
	"cost" numeric(14, 4),
	"msrp" numeric(14, 4),
	"quantity" integer,
	"weight_grams" numeric(14, 3),
	"attributes" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"status" "product_status" DEFAULT 'active' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "products" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "products_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"supplier_id" bigint NOT NULL,
	"code" text NOT NULL,
	"title" text NOT NULL,
	"description" text,
	"brand" text,
	"category_path" text,
	"tags" text[] DEFAULT '{}' NOT NULL,
	"price" numeric(14, 4),
	"cost" numeric(14, 4),
	"msrp" numeric(14, 4),
	"currency" char(3) NOT NULL,
	"weight_grams" numeric(14, 3),
	"length_mm" numeric(14, 3),
	"width_mm" numeric(14, 3),
	"height_mm" numeric(14, 3),
	"attributes" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"content_hash" uuid NOT NULL,
	"status" "product_status" DEFAULT 'active' NOT NULL,
	"source_uploaded_at" timestamp with time zone NOT NULL,
	"first_import_id" bigint NOT NULL,
	"last_import_id" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "replaced_objects" (
	"object_key" text PRIMARY KEY NOT NULL,
	"keys" text[] NOT NULL,
	"remove_after" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "suppliers" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "suppliers_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"code" text NOT NULL,
	"name" text NOT NULL,
	"column_mapping" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"feed_mode" "feed_mode" DEFAULT 'partial' NOT NULL,
	"currency" text DEFAULT 'USD' NOT NULL,
	"locale" text DEFAULT 'en-US' NOT NULL,
	"image_settings" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "suppliers_currency_check" CHECK ("suppliers"."currency" ~ '^[A-Z]{3}$')
);
--> statement-breakpoint
ALTER TABLE "host_lanes" ADD CONSTRAINT "host_lanes_host_image_hosts_host_fk" FOREIGN KEY ("host") REFERENCES "public"."image_hosts"("host") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "host_lanes" ADD CONSTRAINT "host_lanes_import_id_imports_id_fk" FOREIGN KEY ("import_id") REFERENCES "public"."imports"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "images" ADD CONSTRAINT "images_supplier_id_suppliers_id_fk" FOREIGN KEY ("supplier_id") REFERENCES "public"."suppliers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "images" ADD CONSTRAINT "images_import_id_imports_id_fk" FOREIGN KEY ("import_id") REFERENCES "public"."imports"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "import_chunks" ADD CONSTRAINT "import_chunks_import_id_imports_id_fk" FOREIGN KEY ("import_id") REFERENCES "public"."imports"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "imports" ADD CONSTRAINT "imports_supplier_id_suppliers_id_fk" FOREIGN KEY ("supplier_id") REFERENCES "public"."suppliers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "product_images" ADD CONSTRAINT "product_images_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "public"."products"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "product_images" ADD CONSTRAINT "product_images_image_id_images_id_fk" FOREIGN KEY ("image_id") REFERENCES "public"."images"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "product_variants" ADD CONSTRAINT "product_variants_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "public"."products"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "products" ADD CONSTRAINT "products_supplier_id_suppliers_id_fk" FOREIGN KEY ("supplier_id") REFERENCES "public"."suppliers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "products" ADD CONSTRAINT "products_first_import_id_imports_id_fk" FOREIGN KEY ("first_import_id") REFERENCES "public"."imports"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "products" ADD CONSTRAINT "products_last_import_id_imports_id_fk" FOREIGN KEY ("last_import_id") REFERENCES "public"."imports"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "host_lanes_host_idx" ON "host_lanes" USING btree ("host");--> statement-breakpoint
CREATE INDEX "host_lanes_import_id_idx" ON "host_lanes" USING btree ("import_id");--> statement-breakpoint
CREATE UNIQUE INDEX "image_stores_base_url_key" ON "image_stores" USING btree ("base_url");--> statement-breakpoint
CREATE UNIQUE INDEX "images_source_url_hash_key" ON "images" USING btree ("source_url_hash");--> statement-breakpoint
CREATE INDEX "images_import_id_idx" ON "images" USING btree ("import_id");--> statement-breakpoint
CREATE INDEX "images_next_attempt_at_idx" ON "images" USING btree ("next_attempt_at") WHERE "images"."next_attempt_at" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "imports_object_version_key" ON "imports" USING btree ("bucket","object_key","version_id");--> statement-breakpoint
CREATE INDEX "imports_supplier_uploaded_at_idx" ON "imports" USING btree ("supplier_id","uploaded_at");--> statement-breakpoint
CREATE INDEX "imports_unreleased_idx" ON "imports" USING btree ("started_at") WHERE "imports"."images_released_at" is null;--> statement-breakpoint
CREATE INDEX "product_images_image_id_idx" ON "product_images" USING btree ("image_id");--> statement-breakpoint
CREATE UNIQUE INDEX "product_variants_product_key" ON "product_variants" USING btree ("product_id","variant_key");--> statement-breakpoint
CREATE INDEX "product_variants_sku_idx" ON "product_variants" USING btree ("sku");--> statement-breakpoint
CREATE UNIQUE INDEX "products_supplier_code_key" ON "products" USING btree ("supplier_id","code");--> statement-breakpoint
CREATE INDEX "products_brand_idx" ON "products" USING btree ("brand");--> statement-breakpoint
CREATE INDEX "replaced_objects_remove_after_idx" ON "replaced_objects" USING btree ("remove_after");--> statement-breakpoint
CREATE UNIQUE INDEX "suppliers_code_key" ON "suppliers" USING btree ("code");--> statement-breakpoint
CREATE VIEW "public"."product_catalog" AS (
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
  from products p join suppliers s on s.id = p.supplier_id);