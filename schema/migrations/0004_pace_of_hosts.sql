CREATE TABLE "host_observations" (
	"host" text NOT NULL,
	"taken_at" timestamp with time zone NOT NULL,
	"requests" smallint NOT NULL,
	"rate_limited" smallint NOT NULL,
	"unavailable" smallint NOT NULL,
	"first_byte_milliseconds" integer,
	"image_milliseconds" integer
);
--> statement-breakpoint
DROP INDEX "host_lanes_host_idx";--> statement-breakpoint
ALTER TABLE "image_hosts" ALTER COLUMN "maximum" SET DEFAULT 8;--> statement-breakpoint
ALTER TABLE "host_lanes" ADD COLUMN "holder" text;--> statement-breakpoint
ALTER TABLE "host_lanes" ADD COLUMN "lanes" smallint DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "host_lanes" ADD COLUMN "wanted" smallint DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "host_lanes" ADD COLUMN "waiting_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "image_hosts" ADD COLUMN "best_milliseconds" integer;--> statement-breakpoint
ALTER TABLE "image_hosts" ADD COLUMN "ceiling" smallint;--> statement-breakpoint
ALTER TABLE "image_hosts" ADD COLUMN "calm" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "image_hosts" ADD COLUMN "image_milliseconds" integer;--> statement-breakpoint
ALTER TABLE "image_hosts" ADD COLUMN "in_use" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "image_hosts" ADD COLUMN "paced_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "image_hosts" ADD COLUMN "asked_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "heartbeat_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "writers" smallint;--> statement-breakpoint
CREATE INDEX "host_observations_host_idx" ON "host_observations" USING btree ("host");--> statement-breakpoint
CREATE UNIQUE INDEX "host_lanes_host_holder_key" ON "host_lanes" USING btree ("host","holder");--> statement-breakpoint
CREATE INDEX "host_lanes_holder_idx" ON "host_lanes" USING btree ("holder");--> statement-breakpoint
CREATE INDEX "imports_writers_idx" ON "imports" USING btree ("id") WHERE "imports"."writers" is not null;