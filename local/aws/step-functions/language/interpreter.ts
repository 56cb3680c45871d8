import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';

type Interpreter = typeof import('aws-local-stepfunctions');

/**
 * Where aws-local-stepfunctions 3.0 departs from AWS in what it does not let others replace: each text is found once in
 * the pinned version, or nothing starts.
 */
const corrections: [departure: string, text: string, corrected: string][] = [
  ['several delimiters', 'return str.split(separator);', 'return corrections.split(str, separator);'],
  ['Base64 of other than Latin-1', 'return btoa(str);', 'return Buffer.from(str).toString("base64");'],
  ['Base64 of other than Latin-1', 'return atob(str);', 'return Buffer.from(str, "base64").toString();'],
  [
    'the error of an intrinsic function',
    'validateArguments(this.funcDefinition, ...parsedArgs);\n    let result = this.execute(...parsedArgs);',
    `let result;
    try {
      validateArguments(this.funcDefinition, ...parsedArgs);
      result = this.execute(...parsedArgs);
    } catch (error) {
      const failure = new RuntimeError(error.message);
      failure.name = "States.IntrinsicFailure";
      throw failure;
    }`,
  ],
  [
    'an input that is null, false, 0 or ""',
    '  let evaluation;\n',
    '  let evaluation;\n  if (pathExpression === "$") return json;\n',
  ],
  [
    'no match of a path that may have several',
    '  for (const Constraint of constraints) {\n    const constraintObject',
    '  if (evaluation === void 0 && corrections.findsSeveral(pathExpression)) evaluation = [];\n  for (const Constraint of constraints) {\n    const constraintObject',
  ],
  [
    'the length of an inline Map, which its log leaves out',
    '    const iteratorDefinition =',
    `    const started = { type: "MapStarted", timestamp: Date.now(), state: { name: this.stateName }, length: items.length };
    options.eventLogger.dispatch(started);
    const iteratorDefinition =`,
  ],
  [
    'the iteration that an inline Map within another belongs to',
    '      case "StateCaught":\n        event.index',
    '      case "StateCaught":\n      case "MapStarted":\n        event.index',
  ],
];

const helpers = {
  /** Each character of `delimiters` is one, and what is between two of them is nothing. */
  split(text: string, delimiters: string): string[] {
    const parts = [''];
    for (const character of text) {
      if (delimiters.includes(character)) parts.push('');
      else parts.push(parts.pop() + character);
    }
    return parts.filter((part) => part !== '');
  },
  /** Whether a path finds an array, which may be empty: by a wildcard, a slice, a union, a filter or a descent. */
  findsSeveral: (path: string) => /\[\s*(\*|\?|[^'"\]]*[:,])|\.\*|\.\./.test(path),
};

function load(): Interpreter {
  const filename = createRequire(import.meta.url).resolve('aws-local-stepfunctions');
  const source = corrections.reduce(
    (text, [departure, found, corrected]) => {
      if (text.split(found).length !== 2) throw new Error(`aws-local-stepfunctions has changed: ${departure}`);
      return text.replace(found, () => corrected);
    },
    readFileSync(filename, 'utf8'),
  );
  const module = { exports: {} };
  compileFunction(source, ['exports', 'require', 'module', 'corrections'], { filename })(
    module.exports,
    createRequire(filename),
    module,
    helpers,
  );
  return module.exports as Interpreter;
}

/** The interpreter of state machines, corrected. */
export const { StateMachine, ExecutionTimeoutError } = load();
