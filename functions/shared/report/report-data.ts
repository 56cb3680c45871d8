/** What the report of an import shows: its summary, and what a summary has no room for. */
import type { ImportSummary } from '../../../workflows/payloads/summary.ts';

/** Products shown; the rest are counted. */
export const productsShown = 200;

export type ReportedProduct = {
  code: string;
  title: string;
  /** A decimal number, as PostgreSQL writes it. */
  price: string | null;
  currency: string;
  /** What the import did to it. */
  change: 'created' | 'updated' | 'unchanged';
  /** Images of the product, and those of them that are converted. */
  images: number;
  converted: number;
  /** Its first converted image; null while there is none. */
  thumbnail: Thumbnail | null;
};
/** Width and height in pixels. */
export type Thumbnail = { url: string; width: number; height: number };

export type ReportData = {
  summary: ImportSummary;
  /** The first of the file, in its order: at most {@link productsShown}. */
  products: readonly ReportedProduct[];
  /** Source URL of one image for each error code. */
  examples: Readonly<Record<string, string>>;
};
