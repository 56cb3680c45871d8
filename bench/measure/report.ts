import Table from 'cli-table3';

export type Unit = 's' | 'ms' | 'MB' | 'KB' | 'images/s' | 'rows/s' | 'hours' | 'count';

/** One line of a bench's table. */
export type Figure = {
  name: string;
  value: number;
  unit: Unit;
  /** Measured beside it in the same run, in the same unit. */
  reference?: { name: string; value: number };
  /** `value` over the reference's. */
  ratio?: number;
  /** What the ratio, or the value where there is no reference, is meant to be. Nothing fails where it is not. */
  wanted?: Wanted;
};
export type Wanted = { atMost: number } | { atLeast: number };

export type Report = {
  bench: string;
  figures: Figure[];
  /** What a reader must know to read the figures, and what was left out. */
  notes: string[];
};

/** A figure by itself. */
export function figure(name: string, value: number, unit: Unit, wanted?: Wanted): Figure {
  return { name, value, unit, wanted };
}

/** A figure and its ratio to a reference. */
export function compared(
  name: string,
  value: number,
  unit: Unit,
  reference: { name: string; value: number },
  wanted?: Wanted,
): Figure {
  return { name, value, unit, reference, ratio: value / reference.value, wanted };
}

export function reportTable({ bench, figures, notes }: Report): string {
  const table = new Table({
    style: { head: [], border: [] },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
    head: [bench, 'measured', 'reference', '', 'ratio', 'wanted'],
    colAligns: ['left', 'right', 'right', 'left', 'right', 'left'],
  });
  for (const { name, value, unit, reference, ratio, wanted } of figures) {
    table.push([
      name,
      quantity(value, unit),
      reference ? quantity(reference.value, unit) : '',
      reference?.name ?? '',
      ratio === undefined ? '' : significant(ratio),
      wanted ? `${limit(wanted)}${meets(ratio ?? value, wanted) ? '' : ' missed'}` : '',
    ]);
  }
  return [table.toString(), ...notes.map((note) => `  ${note}`)].join('\n');
}

function meets(value: number, wanted: Wanted): boolean {
  return 'atMost' in wanted ? value <= wanted.atMost : value >= wanted.atLeast;
}

function limit(wanted: Wanted): string {
  return 'atMost' in wanted ? `≤ ${wanted.atMost}` : `≥ ${wanted.atLeast}`;
}

function quantity(value: number, unit: Unit): string {
  return unit === 'count' ? significant(value) : `${significant(value)} ${unit}`;
}

/** Three digits that count, thousands grouped. */
function significant(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: Math.abs(value) >= 1000 ? 6 : 3 });
}
