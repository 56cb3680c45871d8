/**
 * EventBridge event patterns of values, at any depth: what the template's rules use. Operators are refused by name.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
export type Pattern = Readonly<Record<string, unknown>>;

/** The pattern uses an operator that is not emulated, or is no pattern. */
export class UnsupportedPatternError extends Error {
  override name = 'UnsupportedPattern';
}

/** Throws {@link UnsupportedPatternError} where a pattern has more than nested fields and lists of values. */
export function checkPattern(pattern: Pattern): void {
  for (const [name, wanted] of Object.entries(pattern)) {
    if (name.startsWith('$')) throw new UnsupportedPatternError(`Not emulated: ${name}`);
    if (!Array.isArray(wanted)) {
      if (!isRecord(wanted)) throw new UnsupportedPatternError(`Expected a list of values: ${JSON.stringify(wanted)}`);
      checkPattern(wanted);
      continue;
    }
    const operator = wanted.find((value) => typeof value === 'object' && value !== null);
    if (operator !== undefined) throw new UnsupportedPatternError(`Not emulated: ${JSON.stringify(operator)}`);
  }
}

/** Whether every field of the pattern finds one of its values in `event`; of an array in the event, one has to match. */
export function matchesPattern(pattern: Pattern, event: unknown): boolean {
  return Object.entries(pattern).every(([name, wanted]) => {
    const value = isRecord(event) ? event[name] : undefined;
    const values = Array.isArray(value) ? value : [value];
    return Array.isArray(wanted)
      ? values.some((item) => item !== undefined && wanted.includes(item))
      : values.some((item) => isRecord(wanted) && matchesPattern(wanted, item));
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
