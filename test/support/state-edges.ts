/** The edges of a state, derived from its definition: which inputs and errors lead where. */
import type { State } from './template.ts';

export type Edge = {
  title: string;
  input: unknown;
  /** The mocked error, and how often it was retried before. */
  error?: string;
  retried?: number;
  expected: { status: string; nextState?: string; retryIndex?: number; catchIndex?: number };
};

type Fields = Record<string, unknown>;
type Rule = Fields & { Variable?: string; Next?: string };

export function edgesOf(state: State): Edge[] {
  if (state.Type === 'Choice') return choiceEdges(state);
  const input = inputFor(state);
  return [...retryEdges(state), ...catchEdges(state)].map((edge) => ({ ...edge, input }));
}

function choiceEdges(state: State): Edge[] {
  const rules = state.Choices as Rule[];
  const inputs = rules.map((rule, index) => {
    const input = inputFor(state);
    for (const earlier of rules.slice(0, index)) decide(earlier, false, input);
    decide(rule, true, input);
    return input;
  });
  const none = inputFor(state);
  for (const rule of rules) decide(rule, false, none);
  const { Default } = state as { Default?: string };
  return [
    ...rules.map(({ Next }, index) => ({
      title: `rule ${index} to "${Next}"`,
      input: inputs[index],
      expected: { status: 'SUCCEEDED', nextState: Next },
    })),
    {
      title: `no rule to "${Default}"`,
      input: none,
      expected: Default === undefined ? { status: 'FAILED' } : { status: 'SUCCEEDED', nextState: Default },
    },
  ];
}

function retryEdges(state: State): Omit<Edge, 'input'>[] {
  const { Retry = [] } = state;
  return Retry.flatMap(({ ErrorEquals, MaxAttempts = 3 }) =>
    ErrorEquals.map((name) => {
      const error = errorFor(name);
      const retryIndex = Retry.findIndex((retrier) => matches(retrier.ErrorEquals, error, state));
      const title = `a retry of ${name}`;
      const retriable = { title, error, expected: { status: 'RETRIABLE', retryIndex } };
      return MaxAttempts === 0
        ? { title: `no retry of ${name}`, error, expected: afterRetries(state, error) }
        : retriable;
    }),
  );
}

function catchEdges(state: State): Omit<Edge, 'input'>[] {
  const named = [...(state.Retry ?? []), ...(state.Catch ?? [])].flatMap(({ ErrorEquals }) => ErrorEquals);
  return [...new Set(named)].map((name) => {
    const error = errorFor(name);
    const expected = afterRetries(state, error);
    const end = expected.nextState === undefined ? 'a failure' : `"${expected.nextState}"`;
    return { title: `${name} after all retries to ${end}`, error, retried: 1_000_000, expected };
  });
}

function afterRetries(state: State, error: string) {
  const { Catch = [] } = state;
  const catchIndex = Catch.findIndex(({ ErrorEquals }) => matches(ErrorEquals, error, state));
  const nextState = Catch[catchIndex]?.Next;
  return nextState === undefined ? { status: 'FAILED' } : { status: 'CAUGHT_ERROR', nextState, catchIndex };
}

function errorFor(name: string): string {
  return ['States.ALL', 'States.TaskFailed'].includes(name) ? 'SomethingElse' : name;
}

function matches(names: string[], error: string, { Type }: State): boolean {
  return names.some((name) => {
    if (name === 'States.ALL') return error !== 'States.DataLimitExceeded';
    if (name === 'States.TaskFailed') return Type === 'Task' && error !== 'States.Timeout';
    return name === error;
  });
}

/** An input in which every path of the state finds something. */
function inputFor(state: State): Fields {
  const {
    Retry: _retry,
    Catch: _catch,
    ResultSelector: _selector,
    OutputPath: _output,
    ItemProcessor: _item,
    ...own
  } = state;
  const input: Fields = {};
  const visit = (key: string, value: unknown): void => {
    if (typeof value === 'object' && value !== null) {
      for (const [name, field] of Object.entries(value)) visit(name, field);
    } else if (typeof value === 'string' && key !== 'ResultPath' && /(\.\$|Path|Variable)$/.test(key)) {
      for (const path of value.match(/(?<!\$)\$(\.\w+)+/g) ?? []) set(input, path, defaultFor(key));
    }
  };
  visit('', own);
  return input;
}

function defaultFor(key: string): unknown {
  if (/^(Seconds|MaxConcurrency|Tolerated\w+|Numeric\w+)Path$/.test(key)) return 1;
  return key === 'ItemsPath' ? [] : 'text';
}

/** Keeps what a longer path has put there. */
function set(target: Fields, path: string, value: unknown): void {
  const names = path.split('.').slice(1);
  const last = names.pop() ?? '';
  let holder = target;
  for (const name of names) {
    if (typeof holder[name] !== 'object') holder[name] = {};
    holder = holder[name] as Fields;
  }
  if (typeof holder[last] !== 'object' || typeof value !== 'string') holder[last] = value;
}

function remove(target: Fields, path: string): void {
  const names = path.split('.').slice(1);
  const last = names.pop() ?? '';
  const holder = names.reduce<unknown>((value, name) => (value as Fields | undefined)?.[name], target);
  if (typeof holder === 'object' && holder !== null) Reflect.deleteProperty(holder, last);
}

/** For an operand, a value for which the comparison holds, and one for which it does not. */
const comparisons: Record<string, (operand: never) => [unknown, unknown]> = {
  NumericEquals: (operand: number) => [operand, operand + 1],
  NumericGreaterThan: (operand: number) => [operand + 1, operand],
  NumericGreaterThanEquals: (operand: number) => [operand, operand - 1],
  NumericLessThan: (operand: number) => [operand - 1, operand],
  NumericLessThanEquals: (operand: number) => [operand, operand + 1],
  StringEquals: (operand: string) => [operand, `not ${operand}`],
  BooleanEquals: (operand: boolean) => [operand, !operand],
  IsNull: (operand: boolean) => (operand ? [null, 'text'] : ['text', null]),
};

/** Changes `input` so that the rule matches, or does not. */
function decide(rule: Rule, wanted: boolean, input: Fields): void {
  if (Array.isArray(rule.And)) {
    for (const [index, part] of rule.And.entries()) decide(part, wanted || index > 0, input);
  } else if (Array.isArray(rule.Or)) {
    for (const [index, part] of rule.Or.entries()) decide(part, wanted && index === 0, input);
  } else if (rule.Not !== undefined) {
    decide(rule.Not as Rule, !wanted, input);
  } else {
    compare(rule, wanted, input);
  }
}

function compare(
  { Variable = '', Next: _next, Comment: _comment, ...comparison }: Rule,
  wanted: boolean,
  input: Fields,
) {
  const [operator = '', operand] = Object.entries(comparison)[0] ?? [];
  if (operator === 'IsPresent') {
    if (operand === wanted) set(input, Variable, 'text');
    else remove(input, Variable);
    return;
  }
  const byPath = operator.endsWith('Path');
  const values = comparisons[byPath ? operator.slice(0, -'Path'.length) : operator];
  if (values === undefined) throw new Error(`state-edges.ts knows no values for ${operator}: add them to comparisons`);
  if (byPath) set(input, String(operand), 1);
  const [matching, other] = values((byPath ? 1 : operand) as never);
  set(input, Variable, wanted ? matching : other);
}
