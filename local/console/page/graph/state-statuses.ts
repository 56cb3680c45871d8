import { detailsOf, type ExecutionStatus, type HistoryEvent } from '../step-functions.ts';

export type StateStatus = 'waiting' | 'running' | 'succeeded' | 'caught' | 'failed' | 'stopped';

export type StateReport = {
  name: string;
  status: StateStatus;
  /** How often it was entered. */
  visits: number;
  /** Attempts after a failed one, over all visits. */
  retries: number;
  /** Over all visits, to now where it runs. */
  seconds: number;
  /** Of the last visit. */
  input: string | null;
  output: string | null;
  error: string | null;
  cause: string | null;
  /** The Map Runs that it started. */
  mapRunArns: string[];
};

type Tracked = StateReport & { open: number; enteredAt: number; attempts: number; isFailing: boolean };

const attempt = /^(Task|LambdaFunction|Activity)Scheduled$|^MapRunStarted$/;
const failure = /^(?!Execution|MapIteration).*(Failed|TimedOut)$/;

/**
 * What became of each state that a history names. `now` in Unix seconds is the end of what still runs. An event is of the
 * state that its chain of `previousEventId` leads to.
 */
export function stateReports(
  events: readonly HistoryEvent[],
  execution: ExecutionStatus,
  now: number,
): Map<string, StateReport> {
  const states = new Map<string, Tracked>();
  const ownerOf = new Map<number, Tracked>();
  for (const event of events) {
    const { name, input, output, error, cause, mapRunArn } = detailsOf(event);
    if (event.type.endsWith('StateEntered') && name !== undefined) {
      const state = states.get(name) ?? untouched(name);
      states.set(name, state);
      ownerOf.set(event.id, state);
      if (state.open === 0) state.enteredAt = event.timestamp;
      Object.assign(state, { open: state.open + 1, visits: state.visits + 1, isFailing: false });
      Object.assign(state, { input: input ?? null, output: null, error: null, cause: null });
      continue;
    }
    const state = event.type.endsWith('StateExited') ? states.get(name ?? '') : ownerOf.get(event.previousEventId);
    if (state === undefined) continue;
    ownerOf.set(event.id, state);
    if (event.type.endsWith('StateExited')) {
      state.open -= 1;
      state.output = output ?? null;
      state.status = state.isFailing ? 'caught' : 'succeeded';
      if (state.open === 0) state.seconds += event.timestamp - state.enteredAt;
    } else if (attempt.test(event.type)) {
      state.attempts += 1;
      state.isFailing = false;
      if (mapRunArn !== undefined) state.mapRunArns.push(mapRunArn);
    } else if (failure.test(event.type)) {
      state.isFailing = true;
      state.error = error ?? state.error;
      state.cause = cause ?? state.cause;
    }
  }
  const last = events.findLast(({ type }) => /^Execution(Failed|TimedOut|Aborted)$/.test(type));
  for (const state of states.values()) finish(state, execution, now, last);
  return states;
}

function finish(state: Tracked, execution: ExecutionStatus, now: number, end: HistoryEvent | undefined): void {
  state.retries = Math.max(0, state.attempts - state.visits);
  if (state.open === 0) return;
  state.seconds += Math.max(0, (end?.timestamp ?? now) - state.enteredAt);
  if (execution === 'RUNNING') {
    state.status = 'running';
    return;
  }
  state.status = execution === 'ABORTED' ? 'stopped' : 'failed';
  if (end === undefined || execution === 'ABORTED') return;
  const { error, cause } = detailsOf(end);
  state.error ??= error ?? null;
  state.cause ??= cause ?? null;
}

function untouched(name: string): Tracked {
  const nothing = { input: null, output: null, error: null, cause: null };
  const counts = { visits: 0, retries: 0, seconds: 0, open: 0, enteredAt: 0, attempts: 0 };
  return { name, status: 'waiting', ...nothing, ...counts, isFailing: false, mapRunArns: [] };
}
