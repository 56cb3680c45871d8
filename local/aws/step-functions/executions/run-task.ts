import { setImmediate as nextTurn } from 'node:timers/promises';
import type { HistoryEventType } from '@aws-sdk/client-sfn';
import { z } from 'zod';
import { regionOf } from '../arns.ts';
import { dataLimitExceeded, ExecutionStoppedError, failError, payloadLimit, StateError } from '../errors.ts';
import { callService, type Integration } from '../integrations.ts';
import { runDistributedMap } from '../maps/distributed-map.ts';
import type { TaskState } from '../state-machine.ts';
import type { EventDetails, Json } from '../types.ts';
import type { Execution } from './execution.ts';
import type { Branch } from './execution-history.ts';

/** Milliseconds by which our time-out, which stops the work and is logged, comes before the interpreter's. */
const timeoutLead = 20;

/** What the interpreter calls for a Task: the state's effective input in, its raw result out. */
export async function runTask(task: TaskState, input: Json, execution: Execution): Promise<Json> {
  // The interpreter's log is read in microtasks: after a turn of the event loop it holds this state's entering, and
  // an earlier output over the limit has stopped the execution.
  await nextTurn();
  const branch = execution.history?.claim(task.stateName);
  const { work } = task;
  if (execution.signal.aborted) throw new ExecutionStoppedError();
  if (work.kind === 'fail') throw failOf(input);
  if (work.kind === 'distributed-map') {
    const result = await runDistributedMap(work.map, work.processor, input, execution, branch);
    checkSize(result, task);
    return result;
  }
  const text = checkSize(input, task);
  const log = eventLog(work, execution, branch);
  log.scheduled(text, task.timeoutSeconds);
  return call(work, task, input, execution, log);
}

/** Input is `{Error, Cause}`, what the paths of the Fail state came to. */
function failOf(input: Json): StateError {
  const parsed = z.object({ Error: z.string().optional(), Cause: z.string().optional() }).safeParse(input);
  if (!parsed.success) return new StateError('States.Runtime', z.prettifyError(parsed.error));
  return failError(parsed.data.Error, parsed.data.Cause);
}

async function call(work: Integration, task: TaskState, input: Json, execution: Execution, log: EventLog) {
  const controller = new AbortController();
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const stop = () => {
    controller.abort();
    reject(new ExecutionStoppedError());
  };
  execution.signal.addEventListener('abort', stop, { once: true });
  const timeout = task.timeoutSeconds && setTimeout(stop, task.timeoutSeconds * 1000 - timeoutLead);
  try {
    const service = callService(work, input, execution.services, {
      machineArn: execution.machine.arn,
      executionArn: execution.arn,
      signal: controller.signal,
    });
    const result = await Promise.race([service, stopped]);
    log.ended('Succeeded', { output: checkSize(result, task), outputDetails: { truncated: false } });
    return result;
  } catch (error) {
    if (execution.signal.aborted) throw new ExecutionStoppedError();
    if (controller.signal.aborted) {
      log.ended('TimedOut', { error: 'States.Timeout' });
      // The interpreter's own timer, due in a moment, throws the States.Timeout that its wildcards know.
      return new Promise<Json>(() => {});
    }
    if (error instanceof StateError) log.ended('Failed', { error: error.name, cause: error.message });
    throw error;
  } finally {
    clearTimeout(timeout);
    execution.signal.removeEventListener('abort', stop);
  }
}

/** The value as JSON text; throws States.DataLimitExceeded, which States.ALL does not match, over 256 KiB. */
function checkSize(value: Json, task: TaskState): string {
  const text = JSON.stringify(value);
  if (text.length * 3 <= payloadLimit || Buffer.byteLength(text) <= payloadLimit) return text;
  const error = dataLimitExceeded(task.stateName);
  error.isRetryable = task.retriesDataLimit;
  error.isCatchable = task.catchesDataLimit;
  throw error;
}

type EventLog = {
  scheduled(input: string, timeoutInSeconds: number | undefined): void;
  ended(
    how: 'Succeeded' | 'Failed' | 'TimedOut',
    details: { output?: string; error?: string; [key: string]: unknown },
  ): void;
};

/** `LambdaFunction…` events for a function's ARN, `Task…` events for the integrations named after a service. */
function eventLog({ kind, resource }: Integration, execution: Execution, branch: Branch | undefined): EventLog {
  const add = (type: string, details?: EventDetails) =>
    execution.history?.add(type as HistoryEventType, details, branch);
  const [resourceType = '', action = ''] = resource.split(':').slice(-2);
  const common = { resourceType, resource: action };
  if (kind === 'lambda') {
    return {
      scheduled(input, timeoutInSeconds) {
        const details = { resource, input, inputDetails: { truncated: false }, timeoutInSeconds };
        add('LambdaFunctionScheduled', { lambdaFunctionScheduledEventDetails: details });
        add('LambdaFunctionStarted');
      },
      ended: (how, details) => add(`LambdaFunction${how}`, { [`lambdaFunction${how}EventDetails`]: details }),
    };
  }
  return {
    scheduled(parameters, timeoutInSeconds) {
      const region = regionOf(execution.machine.arn);
      add('TaskScheduled', { taskScheduledEventDetails: { ...common, region, parameters, timeoutInSeconds } });
      add('TaskStarted', { taskStartedEventDetails: common });
    },
    ended: (how, details) => add(`Task${how}`, { [`task${how}EventDetails`]: { ...common, ...details } }),
  };
}
