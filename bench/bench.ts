import type { Report } from './measure/report.ts';

/** How much each bench does. */
export type Sizes = {
  /** Images of convert, and of what pipeline measures beside the pipeline. */
  images: number;
  /** Images of pipeline: so many that the threads, each with a heap of its own, have been warm for most of them. */
  imported: number;
  /** Products of parse, write and reimport; each has ten images. */
  products: number;
  /** Images recorded by record. */
  recorded: number;
  /** Rows of the tall files of parse. */
  csvRows: number;
  xlsxRows: number;
  /** Images of each host of hosts. */
  hostImages: number;
  /** Images of the import that the console looks at. */
  consoleImages: number;
  /** Times that each contestant runs; the median counts. */
  rounds: number;
};

/** The sizes that the limits are stated for. */
export const fullSizes: Sizes = {
  images: 500,
  imported: 3_000,
  products: 8_000,
  recorded: 20_000,
  csvRows: 500_000,
  xlsxRows: 200_000,
  hostImages: 10_000,
  consoleImages: 100_000,
  rounds: 3,
};
/** Shows that a bench works; its ratios mean little. */
export const quickSizes: Sizes = {
  images: 40,
  imported: 40,
  products: 200,
  recorded: 200,
  csvRows: 5_000,
  xlsxRows: 2_000,
  hostImages: 1_000,
  consoleImages: 40_000,
  rounds: 1,
};

export type Context = {
  sizes: Sizes;
  /** Where the bench keeps its files and servers; removed after it. */
  directory: string;
  /** Whether to bundle the functions first. */
  build: boolean;
  /** Shows what is being done. */
  show(text: string): void;
  /** Called when the bench ends, the last one first. */
  onEnd(stop: () => unknown): void;
};

/** Throws where the thing measured has not done what it should have: a wrong result has no speed. */
export function expectEqual(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what}: got ${actual}, expected ${expected}`);
}

export type Bench = {
  name: string;
  /** One line for --help. */
  about: string;
  run(context: Context): Promise<Report>;
};
