/** What of the answers of Step Functions is read here; times are Unix seconds. */

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING_REDRIVE';

export type ExecutionListItem = {
  executionArn: string;
  name: string;
  status: ExecutionStatus;
  startDate: number;
  stopDate?: number;
};

export type Execution = ExecutionListItem & {
  mapRunArn?: string;
  stateMachineArn: string;
  input?: string;
  output?: string;
  error?: string;
  cause?: string;
};

export type HistoryEvent = {
  id: number;
  previousEventId: number;
  type: string;
  timestamp: number;
  [details: `${string}EventDetails`]: EventDetails | undefined;
};
export type EventDetails = {
  name?: string;
  input?: string;
  output?: string;
  error?: string;
  cause?: string;
  mapRunArn?: string;
};

export type MapRun = {
  mapRunArn: string;
  status: string;
  itemCounts: { total: number; pending: number; running: number; succeeded: number; failed: number };
};

/** A state machine, or the ItemProcessor of a Map, in Amazon States Language. */
export type Definition = { StartAt: string; States: Record<string, State> };
export type State = {
  Type: string;
  Next?: string;
  End?: boolean;
  Default?: string;
  Choices?: { Next: string }[];
  Catch?: { Next: string }[];
  Label?: string;
  ItemProcessor?: Definition & { ProcessorConfig?: { Mode?: string; ExecutionType?: string } };
  Branches?: Definition[];
};

/** The one member of an event that tells more than its type. */
export function detailsOf(event: HistoryEvent): EventDetails {
  const key = Object.keys(event).find((name): name is `${string}EventDetails` => name.endsWith('EventDetails'));
  return (key && event[key]) || {};
}

/** The part of a definition that the children of a Map Run execute: the processor of the Map with that label. */
export function processorOf(definition: Definition, label: string): Definition | null {
  for (const [
    name,
    { ItemProcessor: processor, Label = name.replaceAll(/[^A-Za-z0-9_-]+/g, '').slice(0, 40) },
  ] of Object.entries(definition.States)) {
    if (processor === undefined) continue;
    const found = Label === label ? processor : processorOf(processor, label);
    if (found !== null) return found;
  }
  return null;
}

/** What a Map is called in the AWS console; null for other states. */
export function processorKind(state: State | undefined): string | null {
  if (state?.ItemProcessor === undefined) return null;
  return state.ItemProcessor.ProcessorConfig?.Mode === 'DISTRIBUTED' ? 'Distributed Map' : 'Map';
}
