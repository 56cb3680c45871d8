-- Drizzle has no storage parameters. A page filled to 30 % has room for a second version of all its rows, each twice as
-- long once its image is converted, even if one batch converts them all: the update stays on the page, and no index is
-- written. Converted, a page is about 60 % full.
ALTER TABLE "images" SET (fillfactor = 30);--> statement-breakpoint
-- One row per host, rewritten by many batches.
ALTER TABLE "image_hosts" SET (fillfactor = 50);
