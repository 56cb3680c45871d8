import type { RowCounts } from '../../../workflows/payloads/summary.ts';
import type { ProblemCode } from '../../shared/report/problem-kinds.ts';
import type { PlacedRows } from '../products/product-rows.ts';

export type SkipReason = ProblemCode | 'repeated_header';

/** Counts what becomes of every row, once. */
export class RowOutcomes {
  readonly #placed = { products: 0, variants: 0, images: 0, additions: 0 };
  readonly #skipped = new Map<SkipReason, number>();
  readonly #rejected = new Map<ProblemCode, number>();

  place({ products, variants, images, additions, skipped }: PlacedRows): void {
    this.#placed.products += products;
    this.#placed.variants += variants;
    this.#placed.images += images;
    this.#placed.additions += additions;
    for (const why of skipped) this.skip(why);
  }

  /** Rows of another sheet that say more of a product. */
  add(rows: number): void {
    this.#placed.additions += rows;
  }

  skip(why: SkipReason, rows = 1): void {
    this.#skipped.set(why, (this.#skipped.get(why) ?? 0) + rows);
  }

  reject(why: ProblemCode, rows = 1): void {
    this.#rejected.set(why, (this.#rejected.get(why) ?? 0) + rows);
  }

  /** All rows that were counted; `read` is how many there are. */
  summary(read: number): RowCounts {
    return {
      read,
      ...this.#placed,
      skipped: sum(this.#skipped),
      rejected: sum(this.#rejected),
      reasons: { skipped: Object.fromEntries(this.#skipped), rejected: Object.fromEntries(this.#rejected) },
    };
  }
}

const sum = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((total, rows) => total + rows, 0);
