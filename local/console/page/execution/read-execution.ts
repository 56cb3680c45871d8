import { stepFunctions } from '../api.ts';
import { count } from '../format.ts';
import { stateReports } from '../graph/state-statuses.ts';
import { type Definition, type Execution, type HistoryEvent, type MapRun, processorOf } from '../step-functions.ts';

/** Of a history; a Standard execution has 25,000 events at most. */
const eventsPerPage = 1000;

/** The definition that an execution runs: of a Map Run's child, the processor of its Map. */
export async function readDefinition(executionArn: string): Promise<Definition> {
  const { definition, label } = await stepFunctions<{ definition: string; label?: string }>(
    'DescribeStateMachineForExecution',
    { executionArn },
  );
  const whole: Definition = JSON.parse(definition);
  // Maps within Maps have labels like `Outer/Inner`.
  return label === undefined ? whole : (processorOf(whole, label.split('/').at(-1) ?? '') ?? whole);
}

export async function readHistory(executionArn: string, includeExecutionData: boolean): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page: { events: HistoryEvent[]; nextToken?: string } = await stepFunctions('GetExecutionHistory', {
      executionArn,
      includeExecutionData,
      maxResults: eventsPerPage,
      nextToken,
    });
    events.push(...page.events);
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return events;
}

/** An execution as it is now: what became of its states, and how far its Map Runs are. */
export async function readExecution(executionArn: string) {
  const [execution, events, { mapRuns }] = await Promise.all([
    stepFunctions<Execution>('DescribeExecution', { executionArn }),
    readHistory(executionArn, false),
    stepFunctions<{ mapRuns: { mapRunArn: string }[] }>('ListMapRuns', { executionArn }),
  ]);
  const reports = stateReports(events, execution.status, Date.now() / 1000);
  const described = await Promise.all(
    mapRuns.map(({ mapRunArn }) => stepFunctions<MapRun>('DescribeMapRun', { mapRunArn })),
  );
  const runOf = new Map(described.map((run) => [run.mapRunArn, run]));
  const items = new Map(
    [...reports.values()].flatMap(({ name, mapRunArns }): [string, string][] => {
      const runs = mapRunArns.flatMap((arn) => runOf.get(arn) ?? []);
      if (runs.length === 0) return [];
      const sum = (key: keyof MapRun['itemCounts']) => runs.reduce((total, run) => total + run.itemCounts[key], 0);
      const failed = sum('failed');
      const done = `${count(sum('succeeded') + failed)} of ${count(sum('total'))} items`;
      return [[name, failed > 0 ? `${done}, ${count(failed)} failed` : done]];
    }),
  );
  return { execution, events, reports, items };
}
