import type { FileOrder } from '../shared/imports/file-order.ts';

/** What the writer has to know of the file that the products come from. */
export type File = FileOrder & { importId: number; feedMode: 'partial' | 'full'; currency: string };
