import {
  type ExecutionListItem,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
} from '@aws-sdk/client-sfn';
import type { Target } from '../../operate/target/clients.ts';

/** `entered`: the state was entered in an execution that runs; `none`: no execution runs; `not yet`. */
export type Reached = 'entered' | 'not yet' | 'none';

/** How far the running executions of a state machine are, Standard children of their Map Runs included. */
export async function reached(target: Target, stateMachineArn: string, state: string): Promise<Reached> {
  const { executions = [] } = await target.stepFunctions.send(
    new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }),
  );
  if (executions.length === 0) return 'none';
  return (await anyEntered(target, executions, state)) ? 'entered' : 'not yet';
}

async function anyEntered(target: Target, executions: readonly ExecutionListItem[], state: string): Promise<boolean> {
  for (const { executionArn } of executions) {
    const { events = [] } = await target.stepFunctions.send(
      new GetExecutionHistoryCommand({ executionArn, maxResults: 1000, includeExecutionData: false }),
    );
    if (events.some(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name === state)) return true;
    const { mapRuns = [] } = await target.stepFunctions.send(new ListMapRunsCommand({ executionArn }));
    for (const { mapRunArn } of mapRuns) {
      const { executions: children = [] } = await target.stepFunctions.send(
        new ListExecutionsCommand({ mapRunArn, statusFilter: 'RUNNING' }),
      );
      if (await anyEntered(target, children, state)) return true;
    }
  }
  return false;
}
