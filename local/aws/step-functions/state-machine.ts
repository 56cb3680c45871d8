import validate from 'asl-validator';
import { z } from 'zod';
import { childMachineArn, rootOf } from './arns.ts';
import { type Integration, integrationOf } from './integrations.ts';
import { StateMachine } from './language/interpreter.ts';
import {
  expressTimeoutSeconds,
  forInterpreter,
  maxTimerSeconds,
  shadowContextPaths,
} from './language/interpreter-dialect.ts';
import { type DistributedMap, parseDistributedMap } from './maps/distributed-map-definition.ts';
import type { StateMachineDefinition, StateMachineType } from './types.ts';

const stateSchema = z.looseObject({ Type: z.string() });
const definitionSchema = z.looseObject({ StartAt: z.string(), States: z.record(z.string(), stateSchema) });
export type State = z.infer<typeof stateSchema>;
type Definition = z.infer<typeof definitionSchema>;

/** A Task, or what the interpreter runs as one: a Distributed Map, a Fail with paths. */
export type TaskState = {
  stateName: string;
  timeoutSeconds?: number;
  /** Whether Retry or Catch name States.DataLimitExceeded, which States.ALL does not match. */
  retriesDataLimit: boolean;
  catchesDataLimit: boolean;
  work:
    | Integration
    | { kind: 'distributed-map'; map: DistributedMap; processor: CompiledStateMachine }
    | { kind: 'fail' };
};

/** A definition made ready for the interpreter, and what it lacks. It holds no execution's state. */
export type CompiledStateMachine = {
  arn: string;
  name: string;
  type: StateMachineType;
  roleArn?: string;
  interpreter: InstanceType<typeof StateMachine>;
  /** As the interpreter runs it. */
  definition: Definition;
  tasks: Map<string, TaskState>;
  /** What `$$.State` is in each state, by the key that {@link shadowContextPaths} writes. */
  stateContexts: Record<string, { Name: string; readonly EnteredTime: string }>;
};

type Compiling = Omit<CompiledStateMachine, 'interpreter' | 'definition'> & {
  /** Of the Distributed Maps found so far in the whole definition: they name Map Runs. */
  labels: Set<string>;
};

const judged = new Map<string, string[]>();
const mostJudged = 100;

/**
 * What is wrong with a definition by the language's rules, in sentences. What was found is kept for the last definitions:
 * the validator compiles its schemas for each (0.1 s), and TestState is asked for the same state time and again.
 */
export function errorsOf(definition: object): string[] {
  const text = JSON.stringify(definition);
  const known = judged.get(text);
  if (known !== undefined) return known;
  // A copy, since the validator may write to it.
  const { isValid, errorsText } = validate(JSON.parse(text));
  const errors = isValid ? [] : errorsText('\n').split('\n');
  if (judged.size >= mostJudged) judged.clear();
  judged.set(text, errors);
  return errors;
}

/** Throws one error that says which state machine and state is wrong, and why. */
export function compileStateMachine(machine: StateMachineDefinition): CompiledStateMachine {
  const errors = errorsOf(machine.definition);
  if (errors.length > 0) throw new Error(`State machine ${machine.name} is invalid: ${errors.join('; ')}`);
  // A copy without undefined values, which the interpreter does not survive.
  const definition = definitionSchema.parse(JSON.parse(JSON.stringify(machine.definition)));
  try {
    return compile(definition, machine, new Set());
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`State machine ${machine.name} cannot be emulated: ${reason}`, { cause: error });
  }
}

function compile(
  definition: Definition,
  machine: Omit<StateMachineDefinition, 'definition'>,
  labels: Set<string>,
): CompiledStateMachine {
  const compiled: Compiling = {
    labels,
    arn: machine.arn,
    name: machine.name,
    type: machine.type,
    roleArn: machine.roleArn,
    tasks: new Map(),
    stateContexts: {},
  };
  const rewritten = rewrite(definition, compiled);
  const limit = machine.type === 'EXPRESS' ? expressTimeoutSeconds : maxTimerSeconds;
  const own = typeof definition.TimeoutSeconds === 'number' ? definition.TimeoutSeconds : undefined;
  if (own !== undefined || machine.type === 'EXPRESS') rewritten.TimeoutSeconds = Math.min(own ?? limit, limit);
  return { ...compiled, interpreter: interpreterOf(rewritten), definition: rewritten };
}

/** An interpreter of the machine that begins at another of its states, as a redrive does. */
export function interpreterFrom({ definition }: CompiledStateMachine, state: string) {
  return interpreterOf({ ...definition, StartAt: state });
}

/** The rewritten definition is no valid ASL (a Distributed Map is a Task there); the original was validated. */
function interpreterOf(rewritten: Definition): CompiledStateMachine['interpreter'] {
  return new StateMachine(rewritten as never, { validationOptions: { noValidate: true } });
}

function rewrite(definition: Definition, compiled: Compiling): Definition {
  if (definition.QueryLanguage === 'JSONata') throw new Error('JSONata is not emulated, use JSONPath');
  const states = Object.entries(definition.States).map(([name, state]) => [name, rewriteState(name, state, compiled)]);
  return { ...definition, States: Object.fromEntries(states) };
}

function rewriteState(name: string, original: State, compiled: Compiling): object {
  if (original.QueryLanguage === 'JSONata') throw new Error(`State "${name}" uses JSONata, which is not emulated`);
  const key = `s${Object.keys(compiled.stateContexts).length}`;
  compiled.stateContexts[key] = {
    Name: name,
    get EnteredTime() {
      return new Date().toISOString();
    },
  };
  const nested = {
    // Nested definitions are rewritten on their own: their states have other contexts.
    ...(original.Type === 'Parallel' && {
      Branches: z
        .array(definitionSchema)
        .parse(original.Branches)
        .map((branch) => rewrite(branch, compiled)),
    }),
    ...(original.Type === 'Map' &&
      !isDistributed(original) && {
        ItemProcessor: rewrite(definitionSchema.parse(original.ItemProcessor ?? original.Iterator), compiled),
      }),
  };
  const { ItemProcessor, Iterator: _iterator, Branches: _branches, ...own } = original;
  const state = forInterpreter(shadowContextPaths(own, key)) as State;
  if (original.Type === 'Task') return task(name, state, compiled);
  if (original.Type === 'Map' && isDistributed(original)) return distributedMap(name, state, ItemProcessor, compiled);
  if (original.Type === 'Fail' && ('ErrorPath' in state || 'CausePath' in state)) return fail(name, state, compiled);
  return { ...state, ...nested };
}

/** The interpreter takes ErrorPath and CausePath for plain paths, which may be intrinsic functions. */
function fail(name: string, state: State, compiled: Compiling): object {
  compiled.tasks.set(name, { stateName: name, ...dataLimitMatchers(state), work: { kind: 'fail' } });
  const given = { Error: state.Error, 'Error.$': state.ErrorPath, Cause: state.Cause, 'Cause.$': state.CausePath };
  const Parameters = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { Type: 'Task', Resource: 'arn:aws:states:::states:fail', Parameters, End: true };
}

function isDistributed(state: State): boolean {
  const processor = z
    .looseObject({ ProcessorConfig: z.looseObject({ Mode: z.string() }) })
    .safeParse(state.ItemProcessor);
  return processor.success && processor.data.ProcessorConfig.Mode === 'DISTRIBUTED';
}

function task(name: string, state: State, compiled: Compiling): object {
  const timeoutSeconds = typeof state.TimeoutSeconds === 'number' ? state.TimeoutSeconds : undefined;
  const work = integrationOf(name, state);
  compiled.tasks.set(name, { stateName: name, timeoutSeconds, ...dataLimitMatchers(state), work });
  if (state.TimeoutSecondsPath !== undefined) return state;
  // The interpreter's default is 60 seconds, AWS's is 99,999,999.
  return { ...state, TimeoutSeconds: Math.min(timeoutSeconds ?? maxTimerSeconds, maxTimerSeconds) };
}

function distributedMap(name: string, state: State, itemProcessor: unknown, compiled: Compiling): object {
  // https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
  if (compiled.type === 'EXPRESS') throw new Error(`State "${name}" is a Distributed Map, which EXPRESS cannot run`);
  const map = parseDistributedMap(name, { ...state, ItemProcessor: itemProcessor });
  if (compiled.labels.has(map.label)) throw new Error(`State "${name}" has the Label ${map.label} of another Map`);
  compiled.labels.add(map.label);
  const arn = childMachineArn(compiled.arn, map.label);
  const child = {
    arn,
    name: `${rootOf(compiled.name)}/${map.label}`,
    type: map.executionType,
    roleArn: compiled.roleArn,
  };
  const processor = compile(definitionSchema.parse(itemProcessor), child, compiled.labels);
  compiled.tasks.set(name, {
    stateName: name,
    ...dataLimitMatchers(state),
    work: { kind: 'distributed-map', map, processor },
  });
  return { ...asTask(state), TimeoutSeconds: maxTimerSeconds };
}

const keptByTask = ['InputPath', 'ResultSelector', 'ResultPath', 'OutputPath', 'Retry', 'Catch', 'Next', 'End'];

/** A Task in the place of a state of another type, whose work is a handler's. */
export function asTask(state: State): State {
  const kept = Object.entries(state).filter(([field]) => keptByTask.includes(field));
  return { ...Object.fromEntries(kept), Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke' };
}

function dataLimitMatchers(state: State): { retriesDataLimit: boolean; catchesDataLimit: boolean } {
  const named = (field: unknown) => JSON.stringify(field ?? []).includes('"States.DataLimitExceeded"');
  return { retriesDataLimit: named(state.Retry), catchesDataLimit: named(state.Catch) };
}

/** The type that history shows of the states which the interpreter takes for Tasks, by name. */
export function shownTypesOf({ tasks }: CompiledStateMachine): Map<string, string> {
  const types = { 'distributed-map': 'Map', fail: 'Fail' };
  return new Map(
    [...tasks.values()].flatMap(({ stateName, work }) =>
      work.kind in types ? [[stateName, types[work.kind as keyof typeof types]]] : [],
    ),
  );
}
