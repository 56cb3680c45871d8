import { randomUUID } from 'node:crypto';
import type {
  RedriveExecutionOutput,
  StartExecutionOutput,
  StartSyncExecutionOutput,
  StopExecutionOutput,
} from '@aws-sdk/client-sfn';
import { executionArn } from '../arns.ts';
import { payloadLimit, ServiceException } from '../errors.ts';
import { type CompiledStateMachine, shownTypesOf } from '../state-machine.ts';
import type { ExecutionStatusChange, Outcome } from '../types.ts';
import type { Run, Services } from './execution.ts';
import { statusChangeOf } from './execution-description.ts';
import { ExecutionHistory } from './execution-history.ts';
import { checkExecutionName } from './execution-name.ts';
import { redriveExecution, redriveStatusOf } from './redrive.ts';
import type { ExecutionRecord } from './store-records.ts';

type RedriveRequest = { executionArn: string; clientToken?: string };
export type StartRequest = { stateMachineArn: string; name?: string; input?: string };

/** Starts and stops executions; AWS's rules for names, inputs and repeated starts are here. */
export function createExecutions(
  machines: Map<string, CompiledStateMachine>,
  services: Services,
  onStatusChange: (change: ExecutionStatusChange) => void,
) {
  const { store } = services;
  const running = new Map<string, { record: ExecutionRecord; run: Run }>();
  const express = new Set<Run>();
  /** By execution and client token: a request that is sent twice redrives once. */
  const redriven = new Map<string, Date>();
  let closing = false;

  function machineOf(arn: string): CompiledStateMachine {
    const machine = machines.get(arn);
    if (machine !== undefined) return machine;
    if (!/^arn:[^:]+:states:[^:]*:[^:]*:stateMachine:[^:]+/.test(arn)) {
      throw new ServiceException('InvalidArn', `Invalid Arn: '${arn}' is not a state machine's`);
    }
    throw new ServiceException('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  }

  function recordOf(arn: string): ExecutionRecord {
    if (/^arn:[^:]+:states:[^:]*:[^:]*:express:/.test(arn)) throw unsupportedType('EXPRESS');
    if (!/^arn:[^:]+:states:[^:]*:[^:]*:execution:[^:]+:/.test(arn)) {
      throw new ServiceException('InvalidArn', `Invalid Arn: '${arn}' is not an execution's`);
    }
    const record = running.get(arn)?.record ?? store.execution(arn);
    if (record === undefined) {
      throw new ServiceException('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    }
    return record;
  }

  function startStandard(machine: CompiledStateMachine, name: string, input: string): StartExecutionOutput {
    const arn = executionArn(machine.arn, name, 'STANDARD', '');
    const existing = running.get(arn)?.record ?? store.execution(arn);
    if (existing !== undefined) {
      if (existing.status === 'RUNNING' && existing.input === input) {
        return { executionArn: arn, startDate: new Date(existing.startDate) };
      }
      throw new ServiceException('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    }
    const startDate = new Date();
    const record: ExecutionRecord = {
      arn,
      stateMachineArn: machine.arn,
      mapRunArn: null,
      name,
      status: 'RUNNING',
      input,
      output: null,
      error: null,
      cause: null,
      startDate: startDate.getTime(),
      stopDate: null,
      itemCount: null,
      redriveCount: 0,
      redriveDate: null,
    };
    store.saveExecution(record);
    // The caller may act on the answer: the execution is on disk before it.
    store.flush();
    const history = new ExecutionHistory(store, arn, shownTypesOf(machine));
    follow(record, services.run(machine, input, { arn, name, startDate }, services, history));
    return { executionArn: arn, startDate };
  }

  function follow(record: ExecutionRecord, run: Run): void {
    running.set(record.arn, { record, run });
    onStatusChange(statusChangeOf(record, store));
    run.outcome.then((outcome) => end(record, outcome));
  }

  function end(record: ExecutionRecord, outcome: Outcome): void {
    running.delete(record.arn);
    if (closing) return;
    const {
      output = null,
      error = null,
      cause = null,
    } = { output: undefined, error: undefined, cause: undefined, ...outcome };
    Object.assign(record, { status: outcome.status, output, error, cause, stopDate: Date.now() });
    store.saveExecution(record);
    store.flush();
    onStatusChange(statusChangeOf(record, store));
  }

  function runExpress(machine: CompiledStateMachine, name: string, input: string) {
    const arn = executionArn(machine.arn, name, 'EXPRESS', randomUUID());
    const startDate = new Date();
    const run = services.run(machine, input, { arn, name, startDate }, services);
    express.add(run);
    run.outcome.then(() => express.delete(run));
    return { arn, startDate, run };
  }

  return {
    machineOf,
    recordOf,
    start({ stateMachineArn, name = randomUUID(), input = '{}' }: StartRequest): StartExecutionOutput {
      const machine = machineOf(stateMachineArn);
      checkExecutionName(name);
      checkInput(input);
      if (machine.type === 'STANDARD') return startStandard(machine, name, input);
      const { arn, startDate } = runExpress(machine, name, input);
      return { executionArn: arn, startDate };
    },
    async startSync({ stateMachineArn, name = randomUUID(), input = '{}' }: StartRequest) {
      const machine = machineOf(stateMachineArn);
      if (machine.type === 'STANDARD') throw unsupportedType('STANDARD');
      checkExecutionName(name);
      checkInput(input);
      const { arn, startDate, run } = runExpress(machine, name, input);
      const outcome = await run.outcome;
      const stopDate = new Date();
      return {
        executionArn: arn,
        stateMachineArn,
        name,
        startDate,
        stopDate,
        input,
        inputDetails: { included: true },
        ...syncResult(outcome),
        billingDetails: {
          billedMemoryUsedInMB: 64,
          billedDurationInMilliseconds: Math.ceil((stopDate.getTime() - startDate.getTime()) / 100) * 100,
        },
      } satisfies StartSyncExecutionOutput;
    },
    async stop(request: { executionArn: string; error?: string; cause?: string }): Promise<StopExecutionOutput> {
      const record = recordOf(request.executionArn);
      const run = running.get(record.arn)?.run;
      run?.stop(request.error, request.cause);
      await run?.outcome;
      return { stopDate: new Date(record.stopDate ?? Date.now()) };
    },
    redrive({ executionArn: arn, clientToken }: RedriveRequest): RedriveExecutionOutput {
      const record = recordOf(arn);
      const before = redriven.get(`${arn} ${clientToken}`);
      if (clientToken !== undefined && before !== undefined) return { redriveDate: before };
      const { redriveStatus, redriveStatusReason } = redriveStatusOf(record, store);
      if (redriveStatus !== 'REDRIVABLE') {
        const reason = redriveStatusReason ?? 'The child of a Map Run is redriven with the execution of the Map Run';
        throw new ServiceException('ExecutionNotRedrivable', reason);
      }
      follow(record, redriveExecution(machineOf(record.stateMachineArn), record, services));
      const redriveDate = new Date(record.redriveDate ?? Date.now());
      redriven.set(`${arn} ${clientToken}`, redriveDate);
      return { redriveDate };
    },
    /** Ends everything without recording an end: the next start finds these executions interrupted. */
    async close(): Promise<void> {
      closing = true;
      const runs = [...[...running.values()].map(({ run }) => run), ...express];
      store.close();
      for (const run of runs) run.stop();
      await Promise.all(runs.map((run) => run.outcome));
    },
  };
}

export type Executions = ReturnType<typeof createExecutions>;

function checkInput(input: string): void {
  if (Buffer.byteLength(input) > payloadLimit) {
    const message = `Value at 'input' failed to satisfy constraint: Member must have length less than or equal to ${payloadLimit}`;
    throw new ServiceException('ValidationException', `1 validation error detected: ${message}`);
  }
  try {
    JSON.parse(input);
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    throw new ServiceException('InvalidExecutionInput', `Invalid State Machine Execution Input: '${reason}'`);
  }
}

export function unsupportedType(type: string): ServiceException {
  return new ServiceException('StateMachineTypeNotSupported', `This operation is not supported by this type (${type})`);
}

function syncResult(outcome: Outcome) {
  if (outcome.status === 'SUCCEEDED') return { ...outcome, outputDetails: { included: true } };
  const { error, cause } = outcome;
  return { status: outcome.status === 'TIMED_OUT' ? ('TIMED_OUT' as const) : ('FAILED' as const), error, cause };
}
