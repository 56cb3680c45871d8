/**
 * EventBridge event patterns. AWS's own matcher, event-ruler, is a Java library, and npm has none that is kept.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */

/** The pattern uses an operator that is not emulated, or is no pattern. */
export class UnsupportedPatternError extends Error {
  override name = 'UnsupportedPattern';
}

/** Whether `event` matches; throws {@link UnsupportedPatternError}. */
export function matchesPattern(pattern: Readonly<Record<string, unknown>>, event: unknown): boolean {
  return Object.entries(pattern).every(([name, wanted]) => {
    if (name === '$or' && Array.isArray(wanted)) return wanted.some((choice) => matchesPattern(record(choice), event));
    const value = isRecord(event) ? event[name] : undefined;
    if (Array.isArray(wanted)) return wanted.some((matcher) => matchesField(matcher, value));
    const nested = record(wanted);
    // An array of objects matches if one of them does.
    return Array.isArray(value)
      ? value.some((item) => matchesPattern(nested, item))
      : matchesPattern(nested, isRecord(value) ? value : {});
  });
}

/** An array in the event matches if one of its values does; an object is no value. */
function matchesField(matcher: unknown, value: unknown): boolean {
  const values = (Array.isArray(value) ? value : [value]).filter((item) => item !== undefined && !isRecord(item));
  if (isRecord(matcher) && 'exists' in matcher) return matcher.exists === values.length > 0;
  return values.some((item) => matchesValue(matcher, item));
}

function matchesValue(matcher: unknown, value: unknown): boolean {
  if (!isRecord(matcher)) return matcher === value;
  const entries = Object.entries(matcher);
  const [operator, operand] = entries[0] ?? ['', undefined];
  if (entries.length !== 1) throw new UnsupportedPatternError(`Expected one operator: ${JSON.stringify(matcher)}`);
  if (operator === 'anything-but') return !matchesAny(operand, value);
  if (operator === 'numeric' && Array.isArray(operand)) return typeof value === 'number' && inRange(operand, value);
  const test = textOperators[operator];
  if (test === undefined) throw new UnsupportedPatternError(`Not emulated: ${JSON.stringify(matcher)}`);
  return typeof value === 'string' && test(value, operand);
}

/** The operand of anything-but: values, or an operator whose operand may be a list. */
function matchesAny(operand: unknown, value: unknown): boolean {
  if (Array.isArray(operand)) return operand.some((item) => matchesAny(item, value));
  if (!isRecord(operand)) return operand === value;
  return Object.entries(operand).some(([operator, given]) =>
    (Array.isArray(given) && operator !== 'numeric' ? given : [given]).some((item) =>
      matchesValue({ [operator]: item }, value),
    ),
  );
}

const textOperators: Record<string, (value: string, operand: unknown) => boolean> = {
  prefix: affix((value, part) => value.startsWith(part)),
  suffix: affix((value, part) => value.endsWith(part)),
  'equals-ignore-case': (value, operand) => value.toLowerCase() === String(operand).toLowerCase(),
  wildcard: (value, operand) => wildcard(String(operand)).test(value),
};

/** The operand is text, or `{"equals-ignore-case": text}`. */
function affix(test: (value: string, part: string) => boolean): (value: string, operand: unknown) => boolean {
  return (value, operand) => {
    if (!isRecord(operand)) return test(value, String(operand));
    return test(value.toLowerCase(), String(operand['equals-ignore-case']).toLowerCase());
  };
}

/** `*` stands for any characters; `\*` and `\\` for themselves. */
function wildcard(text: string): RegExp {
  const source = text.replace(/\\([*\\])|(\*)|([\s\S])/g, (_match, escaped, star, other) =>
    star === undefined ? (escaped ?? other).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&') : '[\\s\\S]*',
  );
  return new RegExp(`^${source}$`);
}

/** `[">", 0, "<=", 5]` */
function inRange(operand: unknown[], value: number): boolean {
  const compare: Record<string, (limit: number) => boolean> = {
    '=': (limit) => value === limit,
    '>': (limit) => value > limit,
    '>=': (limit) => value >= limit,
    '<': (limit) => value < limit,
    '<=': (limit) => value <= limit,
  };
  for (let index = 0; index < operand.length; index += 2) {
    const test = compare[String(operand[index])];
    if (test === undefined) throw new UnsupportedPatternError(`Not emulated: numeric ${JSON.stringify(operand)}`);
    if (!test(Number(operand[index + 1]))) return false;
  }
  return true;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function record(value: unknown): Record<string, unknown> {
  if (isRecord(value)) return value;
  throw new UnsupportedPatternError(`Expected a list of values or a nested pattern: ${JSON.stringify(value)}`);
}
