/** What the server of the console tells its page, as JSON. */
import type { RowCounts } from '../../workflows/payloads/summary.ts';

export type ItemCounts = { total: number; running: number; succeeded: number; failed: number };

export type ListedImport = {
  executionArn: string;
  file: string;
  supplier: string | null;
  status: 'running' | 'completed' | 'completed_with_problems' | 'failed';
  /** Why it failed: the error's name and its sentence. */
  reason: string | null;
  /** Images that are its own to bring in; once it has ended, all of its file. */
  images: { total: number; converted: number; failed: number };
  /** Of all its Map Runs. */
  items: ItemCounts;
};

export type ImportDetails = {
  /** Whether it has ended, and has changed or may have changed products. */
  mayBeUndone: boolean;
  /** Keys in the reports bucket. */
  reports: string[];
  /** The first of its file. */
  products: {
    code: string;
    title: string;
    price: string | null;
    currency: string;
    /** Key of the thumbnail of the first image; null: there is none yet. */
    thumbnail: string | null;
  }[];
};

export type HostGroup = {
  /** The child of "Convert images" that sees to these hosts. */
  executionArn: string;
  status: string;
  /** Batches of its Map Runs. */
  batches: ItemCounts;
  /** What each of its Takes was granted; `at` in Unix milliseconds. */
  takes: { at: number; lanes: number }[];
  hosts: Host[];
};

export type Host = {
  host: string;
  /** Images of this import. */
  total: number;
  running: number;
  converted: number;
  failed: number;
  /** Requests at once that the host bears now; null: nothing was asked of it yet. */
  concurrency: number | null;
  holdUntil: string | null;
};

export type OwedImages = {
  supplier: string;
  host: string;
  /** `waiting`: not tried yet; `retried`: failed, and tried again at `nextAttemptAt`; `given up`: tried again by nobody. */
  state: 'waiting' | 'retried' | 'given up';
  code: string | null;
  count: number;
  nextAttemptAt: string | null;
  /** The URL of one of them, and what went wrong with it. */
  example: string;
  message: string | null;
  meaning: string | null;
  action: string | null;
};

/** The execution that undoes an import; of a dry run, what would be restored. */
export type StartedUndo = {
  executionArn: string;
  would: { products: number; leftAlone: number; changes: Record<string, number> } | null;
};

/** What the import of a file would do. */
export type TriedOut = {
  format: string;
  rows: RowCounts;
  /** What each column is read as, and why: its header, its cells or the supplier's column mapping. */
  columns: { place: string; header: string; examples: string[]; readAs: string; why: string }[];
  products: { created: number; updated: number; unchanged: number; deactivated: number };
  problems: {
    errors: number;
    warnings: number;
    top: { code: string; severity: string; count: number; example: string }[];
  };
};
