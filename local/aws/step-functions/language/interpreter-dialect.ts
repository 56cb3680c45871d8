/** Where aws-local-stepfunctions 3.0 departs from AWS, and the same thing said in a way that it understands. */

/** Node's timers fire at once beyond 2³¹−1 ms. */
export const maxTimerSeconds = 2_147_483;

/** An Express execution runs five minutes at most. */
export const expressTimeoutSeconds = 300;

const typeTests = ['IsNull', 'IsPresent', 'IsNumeric', 'IsString', 'IsBoolean', 'IsTimestamp'];

/**
 * A state without the constructs that the interpreter misreads: `ResultPath: "$"`, which it takes for a field named
 * `$`, and type tests compared with false, which never match there.
 */
export function forInterpreter(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(forInterpreter);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([key, field]) => !(key === 'ResultPath' && field === '$'));
  const negated = fields.find(([key, field]) => typeTests.includes(key) && field === false);
  if (negated !== undefined && 'Variable' in value) {
    const { Next, ...test } = value as { Variable: string; Next?: string };
    return { Not: { ...test, [negated[0]]: true }, ...(Next !== undefined && { Next }) };
  }
  return Object.fromEntries(fields.map(([key, field]) => [key, forInterpreter(field)]));
}

/**
 * `$$.Execution` is overwritten by the interpreter in every iteration of an inline Map, and `$$.State` is not there at
 * all: paths to them are pointed at copies that we put into the context.
 */
export function shadowContextPaths(value: unknown, stateKey: string): unknown {
  return walk(value, '', (text) =>
    text
      .replaceAll(/\$\$\.Execution(?=[.[]|$)/g, '$$$$.StartedExecution')
      .replaceAll(/\$\$\.State(?=[.[]|$)/g, `$$$$.StateContexts.${stateKey}`),
  );
}

function walk(value: unknown, key: string, replace: (path: string) => string): unknown {
  if (typeof value === 'string') return key.endsWith('.$') || /(Path|Variable)$/.test(key) ? replace(value) : value;
  if (Array.isArray(value)) return value.map((element) => walk(element, '', replace));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, walk(field, name, replace)]));
}
