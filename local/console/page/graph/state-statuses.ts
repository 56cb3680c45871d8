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
  /** States that it was left for. */
  next: Set<string>;
};

type Tracked = StateReport & { open: number; enteredAt: number; attempts: number; isFailing: boolean };

const attempt = /^(Task|LambdaFunction|Activity)Scheduled$|^MapRun(Started|Redriven)$/;
const failure = /^(?!Execution|MapIteration).*(Failed|TimedOut)$/;

/** The state that each event is of, by the event's id: the one that its chain of `previousEventId` leads to. */
export function statesOfEvents(events: readonly HistoryEvent[]): Map<number, string> {
  const stateOf = new Map<number, string>();
  for (const event of events) {
    const own = /State(Entered|Exited)$/.test(event.type) ? detailsOf(event).name : undefined;
    const state = own ?? stateOf.get(event.previousEventId);
    if (state !== undefined) stateOf.set(event.id, state);
  }
  return stateOf;
}

/** What became of each state that a history names. `now` in Unix seconds is the end of what still runs. */
export function stateReports(
  events: readonly HistoryEvent[],
  execution: ExecutionStatus,
  now: number,
): Map<string, StateReport> {
  const states = new Map<string, Tracked>();
  const stateOf = statesOfEvents(events);
  for (const event of events) {
    const name = stateOf.get(event.id);
    if (name === undefined || event.type.startsWith('Execution')) continue;
    const state = states.get(name) ?? untouched(name);
    states.set(name, state);
    if (event.type.endsWith('StateEntered')) {
      states.get(stateOf.get(event.previousEventId) ?? '')?.next.add(name);
      enter(state, event);
    } else follow(state, event);
  }
  const last = events.findLast(({ type }) => /^Execution(Failed|TimedOut|Aborted|Redriven)$/.test(type));
  const end = last?.type === 'ExecutionRedriven' ? undefined : last;
  for (const state of states.values()) finish(state, execution, now, end);
  return states;
}

function enter(state: Tracked, event: HistoryEvent): void {
  if (state.open === 0) state.enteredAt = event.timestamp;
  const { input = null } = detailsOf(event);
  const visited = { open: state.open + 1, visits: state.visits + 1, isFailing: false };
  Object.assign(state, visited, { input, output: null, error: null, cause: null });
}

function follow(state: Tracked, event: HistoryEvent): void {
  const { output, error, cause, mapRunArn } = detailsOf(event);
  if (event.type.endsWith('StateExited')) {
    state.open -= 1;
    state.output = output ?? null;
    state.status = state.isFailing ? 'caught' : 'succeeded';
    if (state.open === 0) state.seconds += event.timestamp - state.enteredAt;
  } else if (attempt.test(event.type)) {
    state.attempts += 1;
    state.isFailing = false;
    if (mapRunArn !== undefined && !state.mapRunArns.includes(mapRunArn)) state.mapRunArns.push(mapRunArn);
  } else if (failure.test(event.type)) {
    state.isFailing = true;
    state.error = error ?? state.error;
    state.cause = cause ?? state.cause;
  }
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
  return { name, status: 'waiting', ...nothing, ...counts, isFailing: false, mapRunArns: [], next: new Set() };
}
