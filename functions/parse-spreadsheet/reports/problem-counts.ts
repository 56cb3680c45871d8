import type { ParsedSpreadsheet } from '../../../workflows/payloads/import-states.ts';
import { exampleCharacters } from '../../../workflows/payloads/summary.ts';
import type { Problem } from '../problems.ts';
import { shortenMiddle } from '../values/shorten.ts';

type Summary = ParsedSpreadsheet['problems'];
type Kind = Summary['top'][number];

/** Counts problems by kind while they pass. */
export class ProblemCounts {
  readonly #kinds = new Map<string, Kind>();

  add(problem: Problem): void {
    const kind = this.#kinds.get(problem.code);
    if (kind === undefined) {
      this.#kinds.set(problem.code, {
        code: problem.code,
        severity: problem.severity,
        count: 1,
        example: exampleOf(problem),
      });
    } else kind.count += 1;
  }

  /** Errors before warnings, the most frequent first. */
  summary(): Summary {
    const kinds = [...this.#kinds.values()];
    const total = (severity: string) =>
      kinds.filter((kind) => kind.severity === severity).reduce((sum, { count }) => sum + count, 0);
    const top = kinds.sort((a, b) => a.severity.localeCompare(b.severity) || b.count - a.count).slice(0, 10);
    return { errors: total('error'), warnings: total('warning'), top };
  }
}

/** `Sheet “Products”, row 7, column “Price”: …` */
function exampleOf({ sheet, row, column, message }: Problem): string {
  const place = [sheet && `sheet “${sheet}”`, row !== null && `row ${row}`, column && `column “${column}”`]
    .filter(Boolean)
    .join(', ');
  const sentence = place === '' ? message : `${place.charAt(0).toUpperCase()}${place.slice(1)}: ${message}`;
  return shortenMiddle(sentence, exampleCharacters);
}
