import type { DescribeExecutionOutput } from '@aws-sdk/client-sfn';
import { z } from 'zod';
import { type CompiledStateMachine, shownTypesOf } from '../state-machine.ts';
import type { Resume, Run, Services } from './execution.ts';
import { ExecutionHistory, historyLength, historyLimit } from './execution-history.ts';
import type { Store } from './store.ts';
import type { ExecutionRecord, HistoryRecord } from './store-records.ts';

/** https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html */
const redrivableFor = 14 * 24 * 3600 * 1000;
const redriveLimit = 1000;
const historyPage = 500;

type RedriveStatus = Pick<DescribeExecutionOutput, 'redriveStatus' | 'redriveStatusReason'>;

/** Whether an execution can be redriven now, and why it cannot, in AWS's words. */
export function redriveStatusOf(record: ExecutionRecord, store: Store): RedriveStatus {
  const reason = obstacleTo(record, store);
  if (reason !== undefined) return { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: reason };
  return { redriveStatus: record.mapRunArn === null ? 'REDRIVABLE' : 'REDRIVABLE_BY_MAP_RUN' };
}

function obstacleTo({ arn, status, stopDate, redriveCount }: ExecutionRecord, store: Store): string | undefined {
  if (status === 'RUNNING' || status === 'SUCCEEDED') return `Execution is ${status} and cannot be redriven`;
  if (Date.now() - (stopDate ?? 0) > redrivableFor) return 'Execution redrivable period exceeded';
  if (redriveCount >= redriveLimit) return 'Execution redrive limit exceeded';
  if (historyLength(store, arn) >= historyLimit - 1) return 'Execution history event limit exceeded';
  return undefined;
}

/**
 * Goes on with a Standard execution that ended without success, at the state that it had not left, with that state's
 * input. `record` becomes RUNNING and is on disk; who calls saves how it ends.
 */
export function redriveExecution(machine: CompiledStateMachine, record: ExecutionRecord, services: Services): Run {
  const { store } = services;
  const redriveDate = new Date();
  const redriveCount = record.redriveCount + 1;
  const entered = stateToRedrive(machine, record, store);
  const ended = { stopDate: null, error: null, cause: null };
  Object.assign(record, { status: 'RUNNING', redriveCount, redriveDate: redriveDate.getTime(), ...ended });
  store.saveExecution(record);
  const history = ExecutionHistory.continue(store, record.arn, shownTypesOf(machine));
  history.add('ExecutionRedriven', { executionRedrivenEventDetails: { redriveCount } });
  if (entered !== undefined) history.resume(entered.state);
  store.flush();
  const from = entered ?? { state: machine.definition.StartAt, input: record.input };
  const { arn, name, input, startDate } = record;
  const identity = { arn, name, startDate: new Date(startDate) };
  return services.run(machine, input, identity, services, history, { ...from, redriveCount, redriveDate });
}

/** The last state outside of Maps and Parallels that the execution entered. */
function stateToRedrive(
  machine: CompiledStateMachine,
  { arn }: ExecutionRecord,
  store: Store,
): Pick<Resume, 'state' | 'input' | 'mapRunArn'> | undefined {
  let ofMapRun: HistoryRecord | undefined;
  for (const event of backwards(store, arn)) {
    if (/^MapRun(Started|Redriven|Succeeded)$/.test(event.type)) ofMapRun ??= event;
    const entered = detailsOf(event).stateEnteredEventDetails;
    if (entered === undefined || !Object.hasOwn(machine.definition.States, entered.name)) continue;
    // One that succeeded, whose state failed for its output, runs anew.
    const { mapRunStartedEventDetails, mapRunRedrivenEventDetails } = detailsOf(ofMapRun);
    const mapRunArn = (mapRunStartedEventDetails ?? mapRunRedrivenEventDetails)?.mapRunArn;
    return { state: entered.name, input: entered.input, mapRunArn };
  }
  return undefined;
}

const detailsSchema = z.object({
  stateEnteredEventDetails: z.object({ name: z.string(), input: z.string() }).optional(),
  mapRunStartedEventDetails: z.object({ mapRunArn: z.string() }).optional(),
  mapRunRedrivenEventDetails: z.object({ mapRunArn: z.string() }).optional(),
});

function detailsOf(event: HistoryRecord | undefined): z.infer<typeof detailsSchema> {
  return detailsSchema.parse(JSON.parse(event?.details ?? '{}'));
}

function* backwards(store: Store, arn: string): Generator<HistoryRecord> {
  let before = Number.MAX_SAFE_INTEGER;
  for (;;) {
    const page = store.history(arn, { before, limit: historyPage });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < historyPage) return;
    before = last.id;
  }
}
