import type { DescribeMapRunOutput, ExecutionListItem } from '@aws-sdk/client-sfn';
import type { StepFunctions } from '../../aws/step-functions/index.ts';
import type { ItemCounts } from '../types.ts';

export type MapRun = { arn: string; label: string; status: string; startDate: Date; items: ItemCounts };
/** An execution with all Map Runs beneath it. */
export type MapRunTree = { mapRun: MapRun; children: ChildExecution[] };
export type ChildExecution = { executionArn: string; status: string; mapRuns: MapRunTree[] };

const mostChildren = 1000;

/** Reads Map Runs and those of their Standard children. What has ended is read once, and again after a redrive. */
export function createMapRuns(stepFunctions: StepFunctions) {
  const ended = new Map<string, MapRunTree>();

  function childOf({ executionArn = '', status }: ExecutionListItem): ChildExecution {
    return { executionArn, status: status ?? '', mapRuns: treesOf(executionArn) };
  }

  function treesOf(executionArn: string): MapRunTree[] {
    const { mapRuns = [] } = stepFunctions.listMapRuns({ executionArn, maxResults: 1000 });
    return mapRuns.map(({ mapRunArn = '' }) => treeOf(mapRunArn));
  }

  function treeOf(mapRunArn: string): MapRunTree {
    const described = stepFunctions.describeMapRun({ mapRunArn });
    const key = `${mapRunArn} ${described.redriveCount}`;
    const known = ended.get(key);
    if (known !== undefined) return known;
    const { executions = [] } = stepFunctions.listExecutions({ mapRunArn, maxResults: mostChildren });
    const tree = { mapRun: mapRunOf(mapRunArn, described), children: executions.map(childOf) };
    if (described.stopDate !== undefined) ended.set(key, tree);
    return tree;
  }

  return treesOf;
}

export type MapRuns = ReturnType<typeof createMapRuns>;

/** Items of Map Runs together, those beneath them included. */
export function sumItems(trees: readonly MapRunTree[]): ItemCounts {
  const sum = { total: 0, running: 0, succeeded: 0, failed: 0 };
  for (const { mapRun, children } of trees) {
    const beneath = sumItems(children.flatMap((child) => child.mapRuns));
    for (const key of ['total', 'running', 'succeeded', 'failed'] as const)
      sum[key] += mapRun.items[key] + beneath[key];
  }
  return sum;
}

function mapRunOf(arn: string, described: DescribeMapRunOutput): MapRun {
  const { total = 0, running = 0, succeeded = 0, failed = 0, timedOut = 0, aborted = 0 } = described.itemCounts ?? {};
  return {
    arn,
    // arn:…:mapRun:NAME/LABEL:id
    label: arn.split('/')[1]?.split(':')[0] ?? '',
    status: described.status ?? '',
    startDate: described.startDate ?? new Date(0),
    items: { total, running, succeeded, failed: failed + timedOut + aborted },
  };
}
