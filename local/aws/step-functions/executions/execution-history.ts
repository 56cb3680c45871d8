import type { HistoryEventType } from '@aws-sdk/client-sfn';
import type { EventDetails, InterpreterEvent } from '../types.ts';
import type { Store } from './store.ts';

/** A chain of events: the execution's own, or that of one iteration of an inline Map. */
export type Branch = { last: number };

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html: a Standard execution's history. */
export const historyLimit = 25_000;

/** Events that an execution's history holds. */
export function historyLength(store: Store, executionArn: string): number {
  return store.history(executionArn, { before: Number.MAX_SAFE_INTEGER, limit: 1 })[0]?.id ?? 0;
}

const included = { truncated: false };

/** Writes the interpreter's log, and what our tasks add to it, as the events of GetExecutionHistory. */
export class ExecutionHistory {
  readonly #store: Store;
  readonly #executionArn: string;
  readonly #shownTypes: ReadonlyMap<string, string>;
  readonly #root: Branch = { last: 0 };
  readonly #iterations = new Map<number, Branch>();
  /** Branches that entered (or retry) a Task whose handler has not claimed them yet, in order, by state name. */
  readonly #entered = new Map<string, Branch[]>();
  /** Branches whose Map or Parallel has failed and was caught: it exits, but has not succeeded. */
  readonly #caught = new Set<Branch>();
  #resumed: string | undefined;
  #id = 0;

  /** `shownTypes` are the types of states that the interpreter takes for Tasks. */
  constructor(store: Store, executionArn: string, shownTypes: ReadonlyMap<string, string> = new Map()) {
    this.#store = store;
    this.#executionArn = executionArn;
    this.#shownTypes = shownTypes;
  }

  /** The history of an execution that has ended, or that a former process ran, to be written on. */
  static continue(store: Store, executionArn: string, shownTypes?: ReadonlyMap<string, string>): ExecutionHistory {
    const history = new ExecutionHistory(store, executionArn, shownTypes);
    history.#id = historyLength(store, executionArn);
    history.#root.last = history.#id;
    return history;
  }

  /** The state that a redrive goes on at was entered before: its next entering is none. */
  resume(stateName: string): void {
    this.#resumed = stateName;
  }

  get length(): number {
    return this.#id;
  }

  add(type: HistoryEventType, details: EventDetails = {}, branch = this.#root, timestamp = Date.now()): void {
    const previousEventId = branch.last;
    this.#id += 1;
    // The second event has no previous one either: on AWS, too, ExecutionStarted leads nowhere.
    if (this.#id > 1) branch.last = this.#id;
    this.#store.addHistory({
      executionArn: this.#executionArn,
      id: this.#id,
      previousEventId,
      type,
      timestamp,
      details: JSON.stringify(details),
    });
  }

  /** The branch whose entering of the Task started the handler that asks. */
  claim(stateName: string): Branch {
    return this.#entered.get(stateName)?.shift() ?? this.#root;
  }

  /** Adds what AWS would for an event of the interpreter; the execution's end is added by whoever knows its status. */
  addInterpreterEvent(event: InterpreterEvent): void {
    const branch = this.#branch(event);
    if (event.type === 'StateEntered') this.#stateEntered(event, branch);
    if (event.type === 'StateExited') this.#stateExited(event, branch);
    if (event.type === 'StateRetried') this.#awaitClaim(event.state.name, branch);
    if (event.type === 'StateCaught') this.#caught.add(branch);
    if (event.type === 'MapStarted') {
      const details = { mapStateStartedEventDetails: { length: event.length } };
      this.add('MapStateStarted', details, branch, event.timestamp);
    }
    if (event.type === 'StateFailed' && (event.state.type === 'Map' || event.state.type === 'Parallel')) {
      this.add(`${event.state.type}StateFailed`, {}, branch, event.timestamp);
    }
    if (
      event.type === 'MapIterationStarted' ||
      event.type === 'MapIterationSucceeded' ||
      event.type === 'MapIterationFailed'
    ) {
      this.#iteration(event, branch);
    }
  }

  #iteration(
    event: Extract<InterpreterEvent, { index: number; parentState: { name: string } }>,
    entered: Branch,
  ): void {
    const details = { name: event.parentState.name, index: event.index };
    const branch = event.type === 'MapIterationStarted' ? { last: this.#root.last } : entered;
    if (event.type === 'MapIterationStarted') this.#iterations.set(event.index, branch);
    const member = `m${event.type.slice(1)}EventDetails`;
    this.add(event.type, { [member]: details }, branch, event.timestamp);
  }

  #stateExited(event: Extract<InterpreterEvent, { type: 'StateExited' }>, branch: Branch): void {
    const { name, type, output } = event.state;
    const caught = this.#caught.delete(branch);
    if (!caught && (type === 'Map' || type === 'Parallel')) {
      this.add(`${type}StateSucceeded`, {}, branch, event.timestamp);
    }
    const details = { name, output: JSON.stringify(output), outputDetails: included };
    const exited = `${this.#typeOf(name, type)}StateExited` as HistoryEventType;
    this.add(exited, { stateExitedEventDetails: details }, branch, event.timestamp);
  }

  #stateEntered(event: Extract<InterpreterEvent, { type: 'StateEntered' }>, branch: Branch): void {
    const { name, type, input } = event.state;
    const details = { name, input: JSON.stringify(input), inputDetails: included };
    const entered = `${this.#typeOf(name, type)}StateEntered` as HistoryEventType;
    if (name !== this.#resumed) this.add(entered, { stateEnteredEventDetails: details }, branch, event.timestamp);
    this.#resumed = undefined;
    if (type === 'Task') this.#awaitClaim(name, branch);
    if (type === 'Parallel') this.add('ParallelStateStarted', {}, branch, event.timestamp);
  }

  #typeOf(name: string, type: string): string {
    return this.#shownTypes.get(name) ?? type;
  }

  #awaitClaim(stateName: string, branch: Branch): void {
    const waiting = this.#entered.get(stateName);
    if (waiting === undefined) this.#entered.set(stateName, [branch]);
    else waiting.push(branch);
  }

  #branch(event: InterpreterEvent): Branch {
    return ('index' in event && event.index !== undefined && this.#iterations.get(event.index)) || this.#root;
  }
}
