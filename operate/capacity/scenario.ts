import { z } from 'zod';

export const hostKinds = ['elastic', 'queueing', 'rate-limited', 'bandwidth', 'straying'] as const;
export type HostKind = (typeof hostKinds)[number];

/** What is imported, and how the world around it behaves. */
export const scenarioSchema = z.strictObject({
  /** In each spreadsheet. */
  products: z.number().int().min(1).max(1_000_000).default(8000),
  /** All distinct. */
  imagesPerProduct: z.number().int().min(0).max(100).default(10),
  /** Spreadsheets, each of a supplier of its own. */
  imports: z.number().int().min(0).max(3000).default(1),
  /** Image servers of all imports together: as many as imports give each supplier one. */
  hosts: z.number().int().min(1).max(100_000).default(20),
  /** Hours over which they are dropped, evenly; 0: all at once. */
  overHours: z.number().min(0).max(168).default(0),
  /** Whether their images are converted already, so that only products are written. */
  converted: z.boolean().default(false),
  /** Images that are due at the start, for the sweeps. */
  due: z.number().int().min(0).max(10_000_000).default(0),
  hostKind: z.enum(hostKinds).default('elastic'),
  /** Requests at once that suppliers allow to one host, `maxConcurrency` of their settings; null: they say nothing. */
  maxConcurrency: z.number().int().min(1).max(1000).nullable().default(null),
  /** Mean seconds of convert-image on one vCPU: download, conversion, upload. */
  imageSeconds: z.number().positive().max(60).default(0.6),
  /** Share of imageSeconds that waits for the network, which memory does not shorten. */
  networkShare: z.number().min(0).max(1).default(0.5),
  /** Sigma of the log-normal distribution of the image seconds; at 0.6 one image in a hundred takes 3.4 × the mean. */
  spread: z.number().min(0).max(2).default(0.6),
  importsPerDay: z.number().min(0).default(3),
  seed: z.number().int().default(2026),
});
export type Scenario = z.output<typeof scenarioSchema>;

/** What nobody has measured on AWS yet. Seconds, unless said otherwise. */
export const assumptions = {
  /** From the drop to the first state: S3, EventBridge, start-import. */
  start: 2,
  /** Start of an environment: sharp for convert-image; a connection for the database's functions. */
  coldStart: 1.5,
  /** What Step Functions adds to a task. */
  transition: 0.05,
  parsedProductsPerSecond: 2000,
  /** As parse-spreadsheet cuts them (chunk-writer.ts). */
  productsPerChunk: 250,
  /** Of write-products for a chunk, beside its rows: a product, a variant, and for each image a reference and an image. */
  chunk: 0.1,
  /** By one vCPU of the database. Measured on half of a shared machine, the client's time among it: 8,000 (bench write). */
  rowsWrittenPerSecond: 8000,
  /** By plan-images; measured: 40,000 in 0.75 s. */
  plannedImagesPerSecond: 50_000,
  /** By take-images, which reads all that is owed of its hosts; measured: 80,000 in 0.2 s. */
  takenImagesPerSecond: 400_000,
  /** Of record-images for a batch, and for each image in it; measured: 9 ms and 0.3 ms, the client's time among it (bench record). */
  record: 0.01,
  recordPerImage: 0.0005,
  /** A short state: register, check, deactivate, finish. */
  statement: 0.2,
  /** Of a lock and a row: Admit writers. */
  shortStatement: 0.01,
  /** I/O operations for a row: heap and ordered indexes in shared pages, a page in the index of URL hashes, WAL in groups. */
  operationsPerRow: 0.5,
  /** Of all renditions of an image. */
  renditionKilobytes: 150,
  logBytesPerInvocation: 1000,
  /** Start and end of a Map Run: its reader, its dispatcher, its result writer. */
  mapRun: 3,
  /** Of convert-image for an image that its batch has no time for. */
  postponed: 0.02,
  /** Transitions of ProductImport, beside those of a Take (Take images, Any taken?, Convert host or a wait) and of a chunk. */
  transitionsOfImport: 18,
  transitionsOfTake: 3,
  transitionsOfChunk: 1,
  /** For which Express bills a child. */
  expressMegabytes: 64,
} as const;
