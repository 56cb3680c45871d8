ALTER TABLE "imports" ADD COLUMN "kind" text DEFAULT 'import' NOT NULL;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "undoes" bigint;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "undone_by" bigint;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "fingerprint_before" text;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "fingerprint_after" text;--> statement-breakpoint
ALTER TABLE "product_variants" ADD COLUMN "unmade_by" bigint;--> statement-breakpoint
ALTER TABLE "products" ADD COLUMN "unmade_by" bigint;--> statement-breakpoint
ALTER TABLE "imports" ADD CONSTRAINT "imports_undoes_imports_id_fk" FOREIGN KEY ("undoes") REFERENCES "public"."imports"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "imports" ADD CONSTRAINT "imports_undone_by_imports_id_fk" FOREIGN KEY ("undone_by") REFERENCES "public"."imports"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "product_variants" ADD CONSTRAINT "product_variants_unmade_by_imports_id_fk" FOREIGN KEY ("unmade_by") REFERENCES "public"."imports"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "products" ADD CONSTRAINT "products_unmade_by_imports_id_fk" FOREIGN KEY ("unmade_by") REFERENCES "public"."imports"("id") ON DELETE no action ON UPDATE no action;