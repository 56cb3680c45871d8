import type { Problem } from '../problems.ts';
import type { GroupRow } from '../products/row-values.ts';

/** The errors of a product by the row they are in, and the first of all: why a row without one is rejected with it. */
export class RowErrors {
  readonly #byRow: Map<string, Problem[]>;
  readonly first: Problem | undefined;

  constructor(problems: readonly Problem[]) {
    const errors = problems.filter(({ severity }) => severity === 'error');
    this.first = errors[0];
    this.#byRow = Map.groupBy(errors, ({ sheet, row }) => `${row} ${sheet}`);
  }

  of({ number, layout }: Pick<GroupRow, 'number' | 'layout'>): readonly Problem[] {
    return this.#byRow.get(`${number} ${layout.sheet}`) ?? [];
  }
}
