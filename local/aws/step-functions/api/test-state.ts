import type { InspectionErrorDetails, TestStateInput, TestStateOutput } from '@aws-sdk/client-sfn';
import { z } from 'zod';
import { ServiceException, StateError } from '../errors.ts';
import type { Services } from '../executions/execution.ts';
import { contextOf, failed } from '../executions/run-execution.ts';
import { runTask } from '../executions/run-task.ts';
import {
  asTask,
  type CompiledStateMachine,
  compileStateMachine,
  type State,
  type TaskState,
} from '../state-machine.ts';
import type { InterpreterEvent, Json, JsonObject } from '../types.ts';

const retrierSchema = z.looseObject({
  MaxAttempts: z.number().default(3),
  IntervalSeconds: z.number().default(1),
  BackoffRate: z.number().default(2),
  MaxDelaySeconds: z.number().default(Number.POSITIVE_INFINITY),
});
const stateSchema = z.looseObject({
  Type: z.string(),
  Retry: z.array(retrierSchema).optional(),
  Catch: z.array(z.looseObject({ Next: z.string() })).optional(),
  Next: z.string().optional(),
  Default: z.string().optional(),
  Choices: z.array(z.looseObject({ Next: z.string() })).optional(),
});
type TestedState = z.infer<typeof stateSchema>;

/** Types of states whose work a mock stands for; the last two run nothing without one. */
const mockable = ['Task', 'Map', 'Parallel'];

/** What the tested state was seen doing. */
type Seen = {
  input?: Json;
  result?: Json;
  output?: Json;
  next?: string;
  failure?: StateError;
  retry?: number;
  caught?: number;
};

/**
 * TestState: runs one state on an input and tells its output, error and next state. A Map or Parallel needs a `mock`, a
 * Task without one does its work. No retry is run, and no time waited: an error that is to be retried is RETRIABLE.
 */
export function createTestState(services: Services) {
  return async (request: TestStateInput): Promise<TestStateOutput> => {
    const name = request.stateName ?? 'State';
    const state = tested(request, name);
    const retried = request.stateConfiguration?.retrierRetryCount ?? 0;
    const machine = compileTested(name, state, request.mock !== undefined, retried);
    const input = parse(request.input ?? '{}', 'input');
    const { seen, error } = await observe(name, machine, input, request, services);
    const { failure, output, next, retry, caught } = seen;
    const outcome = { error: failure?.name, cause: failure?.message };
    const result =
      retry !== undefined
        ? { ...outcome, status: 'RETRIABLE' as const }
        : output === undefined
          ? { ...failed(error), status: 'FAILED' as const }
          : { ...outcome, output: JSON.stringify(output), nextState: next, status: statusOf(caught) };
    const details = { catchIndex: caught, ...retryDetails(state, retry, retried) };
    return { ...result, inspectionData: inspection(request, input, seen, details) };
  };
}

function statusOf(caught: number | undefined) {
  return caught === undefined ? ('SUCCEEDED' as const) : ('CAUGHT_ERROR' as const);
}

/** The state in the request: its `definition`, or the one called `stateName` anywhere in a state machine. */
function tested({ definition, stateName, mock }: TestStateInput, name: string): TestedState {
  const given = parse(definition ?? '', 'definition');
  const whole = typeof given === 'object' && given !== null && 'States' in given;
  if (whole && stateName === undefined) throw invalid('stateName is required where definition is a state machine');
  const parsed = stateSchema.safeParse(whole ? find(given, name) : given);
  if (!parsed.success)
    throw new ServiceException('InvalidDefinition', `State "${name}": ${z.prettifyError(parsed.error)}`);
  const { Type } = parsed.data;
  if (mock !== undefined && !mockable.includes(Type)) throw invalid(`A ${Type} state takes no mock`);
  if (mock === undefined && ['Map', 'Parallel'].includes(Type)) throw invalid(`A ${Type} state needs a mock`);
  if (mock !== undefined && (mock.result === undefined) === (mock.errorOutput === undefined)) {
    throw invalid('mock has either a result or an errorOutput');
  }
  return parsed.data;
}

function find(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const states = 'States' in value ? (value.States as JsonObject) : {};
  if (Object.hasOwn(states, name)) return states[name];
  for (const nested of Object.values(value)) {
    const found = find(nested, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The state alone, with ends where it leads to. Retries that have been made are taken from what Retry allows. */
function compileTested(name: string, state: TestedState, mocked: boolean, retried: number): CompiledStateMachine {
  const { Retry, Catch = [], Choices = [], Next, Default } = state;
  const retry = Retry?.map((retrier) => ({
    ...retrier,
    IntervalSeconds: 0,
    MaxDelaySeconds: undefined,
    JitterStrategy: undefined,
    MaxAttempts: Math.max(0, retrier.MaxAttempts - retried),
  }));
  const alone: State = { ...state, ...(retry && { Retry: retry }) };
  const targets = [Next, Default, ...[...Catch, ...Choices].map((edge) => edge.Next)].filter(
    (next) => next !== undefined,
  );
  const ends = Object.fromEntries(targets.map((next) => [next, { Type: 'Succeed' }]));
  const States = { ...ends, [name]: mocked && state.Type !== 'Task' ? asTask(alone) : alone };
  try {
    const definition = { StartAt: name, States };
    return compileStateMachine({
      arn: 'arn:aws:states:::stateMachine:Test',
      name: 'Test',
      type: 'STANDARD',
      definition,
    });
  } catch (error) {
    throw new ServiceException('InvalidDefinition', error instanceof Error ? error.message : String(error));
  }
}

/** Runs the state until it has led somewhere, ended, failed or would be retried. */
async function observe(
  name: string,
  machine: CompiledStateMachine,
  input: Json,
  { mock, context: given }: TestStateInput,
  services: Services,
): Promise<{ seen: Seen; error?: unknown }> {
  const seen: Seen = {};
  const controller = new AbortController();
  const identity = { arn: 'arn:aws:states:::execution:Test:Test', name: 'Test', startDate: new Date() };
  const { Execution, State: _state, ...others } = parse(given ?? '{}', 'context') as JsonObject;
  const defaults = contextOf(machine, input, identity);
  const context = { ...defaults, ...(Execution !== undefined && { StartedExecution: Execution }), ...others };
  const execution = { arn: identity.arn, machine, services, signal: controller.signal, context, history: undefined };
  const work = async (task: TaskState, value: Json): Promise<Json> => {
    seen.input = value;
    if (mock?.errorOutput !== undefined) throw mockedError(mock.errorOutput, task);
    seen.result = mock === undefined ? await runTask(task, value, execution) : parse(mock.result ?? '', 'mock.result');
    return seen.result;
  };
  const handlers = [...machine.tasks].map(([key, task]) => [key, (value: Json) => work(task, value)] as const);
  const run = machine.interpreter.run(input, {
    context,
    overrides: { taskResourceLocalHandlers: Object.fromEntries(handlers), waitTimeOverrides: { [name]: 0 } },
  });
  const ended = run.result.then(() => undefined).catch((error: unknown) => error);
  for await (const event of run.eventLogs) {
    note(event, name, machine, seen);
    if (seen.retry !== undefined || seen.next !== undefined) break;
  }
  run.abort();
  controller.abort();
  return { seen, error: await ended };
}

function note(event: InterpreterEvent, name: string, { definition }: CompiledStateMachine, seen: Seen): void {
  const { Retry = [], Catch = [] } = definition.States[name] as { Retry?: unknown[]; Catch?: unknown[] };
  if (event.type === 'StateEntered' && event.state.name !== name) seen.next = event.state.name;
  if (event.type === 'StateExited') seen.output = event.state.output;
  if (event.type === 'StateRetried') seen.retry = Retry.indexOf(event.retry.retrier);
  if (event.type === 'StateCaught') seen.caught = Catch.indexOf(event.catch.catcher);
  if (event.type === 'StateFailed') {
    const cause: unknown = event.Cause;
    seen.failure = new StateError(event.Error, cause instanceof Error ? cause.message : String(cause));
  }
}

function mockedError({ error = 'States.TaskFailed', cause = '' }: { error?: string; cause?: string }, task: TaskState) {
  const mocked = new StateError(error, cause);
  if (error === 'States.DataLimitExceeded') {
    mocked.isRetryable = task.retriesDataLimit;
    mocked.isCatchable = task.catchesDataLimit;
  }
  return mocked;
}

function retryDetails({ Retry = [] }: TestedState, index: number | undefined, retried: number): InspectionErrorDetails {
  const retrier = index === undefined ? undefined : Retry[index];
  if (retrier === undefined) return {};
  const interval = Math.min(retrier.IntervalSeconds * retrier.BackoffRate ** retried, retrier.MaxDelaySeconds);
  return { retryIndex: index, retryBackoffIntervalSeconds: interval };
}

function inspection(
  { inspectionLevel = 'INFO' }: TestStateInput,
  input: Json,
  seen: Seen,
  details: InspectionErrorDetails,
) {
  if (inspectionLevel === 'INFO') return undefined;
  const text = (value: Json | undefined) => (value === undefined ? undefined : JSON.stringify(value));
  return {
    input: JSON.stringify(input),
    afterParameters: text(seen.input),
    result: text(seen.result),
    errorDetails: seen.failure && details,
  };
}

function parse(text: string, member: string): Json {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(`${member} is not JSON: ${error instanceof Error ? error.message : error}`);
  }
}

function invalid(message: string): ServiceException {
  return new ServiceException('ValidationException', message);
}
