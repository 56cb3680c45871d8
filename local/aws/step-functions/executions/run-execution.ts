import { dataLimitExceeded, payloadLimit, StateError, unnamedFailure } from '../errors.ts';
import { ExecutionTimeoutError } from '../language/interpreter.ts';
import { type CompiledStateMachine, interpreterFrom } from '../state-machine.ts';
import type { InterpreterEvent, Json, JsonObject, Outcome } from '../types.ts';
import type { Execution, ExecutionIdentity, Resume, Run, Services } from './execution.ts';
import { type ExecutionHistory, historyLimit } from './execution-history.ts';
import { runTask } from './run-task.ts';

/** Starts `machine` on `input`, which is JSON text, or goes on with it at a state, whose input then is another. */
export function runExecution(
  machine: CompiledStateMachine,
  input: string,
  identity: ExecutionIdentity,
  services: Services,
  history?: ExecutionHistory,
  resume?: Resume,
): Run {
  const controller = new AbortController();
  const { signal } = controller;
  const context = contextOf(machine, JSON.parse(input), identity, resume);
  const execution: Execution = { arn: identity.arn, machine, services, signal, context, history, resume };
  if (resume === undefined) {
    history?.add('ExecutionStarted', {
      executionStartedEventDetails: { input, inputDetails: { truncated: false }, roleArn: machine.roleArn },
    });
  }
  const taskResourceLocalHandlers = Object.fromEntries(
    [...machine.tasks].map(([name, task]) => [name, (value: Json) => runTask(task, value, execution)]),
  );
  const interpreter = resume === undefined ? machine.interpreter : interpreterFrom(machine, resume.state);
  const run = interpreter.run(JSON.parse(resume?.input ?? input), {
    context,
    overrides: { taskResourceLocalHandlers },
  });
  const { promise: ended, resolve: end } = Promise.withResolvers<Outcome>();
  const finish = (outcome: Outcome) => {
    end(outcome);
    // Also ends the iterations that the interpreter leaves behind when an inline Map fails.
    controller.abort();
    run.abort();
  };
  const fail = (error: unknown) => finish(failed(error));
  const log = follow(run.eventLogs, history, finish).catch(fail);
  // The log may hold an output over the limit that the interpreter ran past.
  const succeed = (output: Json) => log.then(() => finish({ status: 'SUCCEEDED', output: JSON.stringify(output) }));
  run.result.then(succeed).catch(fail);
  return {
    outcome: Promise.all([ended, log]).then(([outcome]) => {
      addLastEvent(history, outcome);
      return outcome;
    }),
    stop: (error, cause) => finish({ status: 'ABORTED', error, cause }),
  };
}

/** The context object of an execution, with the copies that paths are pointed at. */
export function contextOf(
  machine: CompiledStateMachine,
  input: Json,
  { arn, name, startDate }: ExecutionIdentity,
  resume?: Resume,
): JsonObject {
  return {
    StartedExecution: {
      Id: arn,
      Name: name,
      Input: input,
      StartTime: startDate.toISOString(),
      RoleArn: machine.roleArn ?? '',
      RedriveCount: resume?.redriveCount ?? 0,
      ...(resume && { RedriveTime: resume.redriveDate.toISOString() }),
    },
    StateMachine: { Id: machine.arn, Name: machine.name },
    StateContexts: machine.stateContexts,
  };
}

/** Reads the interpreter's log to its end, and ends the execution where a limit is passed that only shows there. */
async function follow(
  events: AsyncGenerator<InterpreterEvent>,
  history: ExecutionHistory | undefined,
  finish: (outcome: Outcome) => void,
): Promise<void> {
  let ended = false;
  for await (const event of events) {
    // Iterations of a failed inline Map may log on.
    if (ended) continue;
    history?.addInterpreterEvent(event);
    if (event.type === 'StateExited' && isTooLarge(event.state.output)) {
      ended = true;
      finish(failed(dataLimitExceeded(event.state.name)));
    } else if (history !== undefined && history.length >= historyLimit - 1) {
      ended = true;
      const cause = `The execution reached the maximum number of history events (${historyLimit}).`;
      finish(failed(new StateError('States.Runtime', cause)));
    }
  }
}

function isTooLarge(output: Json | undefined): boolean {
  if (typeof output !== 'object' && typeof output !== 'string') return false;
  const text = JSON.stringify(output);
  return text.length * 3 > payloadLimit && Buffer.byteLength(text) > payloadLimit;
}

/** How an execution ended that threw `error`. */
export function failed(error: unknown): Outcome {
  if (error instanceof ExecutionTimeoutError) return { status: 'TIMED_OUT', error: 'States.Timeout' };
  // The interpreter wraps what a state threw; its Fail state has names of its own for what AWS leaves out.
  const thrown = error instanceof Error && error.name === 'ExecutionError' ? error.cause : error;
  const { name, message } = thrown instanceof Error ? thrown : new Error(String(thrown));
  return {
    status: 'FAILED',
    error: name === unnamedFailure.error ? undefined : name,
    cause: message === unnamedFailure.cause ? undefined : message,
  };
}

function addLastEvent(history: ExecutionHistory | undefined, outcome: Outcome): void {
  if (outcome.status === 'SUCCEEDED') {
    const { output } = outcome;
    history?.add('ExecutionSucceeded', {
      executionSucceededEventDetails: { output, outputDetails: { truncated: false } },
    });
    return;
  }
  const details = { error: outcome.error, cause: outcome.cause };
  if (outcome.status === 'FAILED') history?.add('ExecutionFailed', { executionFailedEventDetails: details });
  else if (outcome.status === 'TIMED_OUT')
    history?.add('ExecutionTimedOut', { executionTimedOutEventDetails: details });
  else history?.add('ExecutionAborted', { executionAbortedEventDetails: details });
}
