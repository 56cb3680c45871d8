import type {
  DescribeMapRunOutput,
  ExecutionRedriveFilter,
  ExecutionStatus,
  GetExecutionHistoryOutput,
  HistoryEvent,
  ListExecutionsOutput,
  ListMapRunsOutput,
} from '@aws-sdk/client-sfn';
import { ServiceException } from '../errors.ts';
import { type Executions, unsupportedType } from '../executions/executions.ts';
import type { Store } from '../executions/store.ts';
import type { HistoryRecord, MapRunRecord } from '../executions/store-records.ts';
import { type Page, pageOf } from './pages.ts';

export type ListExecutionsRequest = Page & {
  stateMachineArn?: string;
  mapRunArn?: string;
  statusFilter?: ExecutionStatus;
  redriveFilter?: ExecutionRedriveFilter;
};
export type HistoryRequest = Page & { executionArn: string; reverseOrder?: boolean; includeExecutionData?: boolean };

/** The operations that read executions and Map Runs. Dates are Dates; the HTTP endpoint makes them seconds. */
export function createQueries(executions: Executions, store: Store) {
  function mapRunOf(arn: string): MapRunRecord {
    const record = store.mapRun(arn);
    if (record === undefined) throw new ServiceException('ResourceNotFound', `Resource not found: '${arn}'`);
    return record;
  }

  return {
    listExecutions(request: ListExecutionsRequest): ListExecutionsOutput {
      const { stateMachineArn, mapRunArn, statusFilter, redriveFilter } = request;
      if ((stateMachineArn === undefined) === (mapRunArn === undefined)) {
        const message = 'Must provide either a state machine ARN or a map run ARN, not both';
        throw new ServiceException('ValidationException', message);
      }
      if (stateMachineArn !== undefined && executions.machineOf(stateMachineArn).type === 'EXPRESS') {
        throw unsupportedType('EXPRESS');
      }
      const [column, arn] =
        stateMachineArn !== undefined
          ? (['stateMachineArn', stateMachineArn] as const)
          : (['mapRunArn', mapRunOf(mapRunArn ?? '').arn] as const);
      const { limit, position, tokenOf } = pageOf(request);
      const records = store.executions(column, arn, {
        status: statusFilter,
        redriven: redriveFilter && (redriveFilter === 'REDRIVEN' ? 1 : 0),
        before: position,
        limit: limit + 1,
      });
      return {
        executions: records.slice(0, limit).map((record) => ({
          executionArn: record.arn,
          stateMachineArn: record.stateMachineArn,
          name: record.name,
          status: record.status,
          startDate: new Date(record.startDate),
          stopDate: dateOf(record.stopDate),
          mapRunArn: record.mapRunArn ?? undefined,
          itemCount: record.itemCount ?? undefined,
          redriveCount: record.redriveCount,
          redriveDate: dateOf(record.redriveDate),
        })),
        nextToken: records.length > limit ? tokenOf(records[limit - 1]?.sequence) : undefined,
      };
    },
    getExecutionHistory(request: HistoryRequest): GetExecutionHistoryOutput {
      const { executionArn, reverseOrder = false, includeExecutionData = true } = request;
      executions.recordOf(executionArn);
      const { limit, position, tokenOf } = pageOf(request);
      const records = store.history(
        executionArn,
        reverseOrder
          ? { before: position ?? Number.MAX_SAFE_INTEGER, limit: limit + 1 }
          : { after: position ?? 0, limit: limit + 1 },
      );
      return {
        events: records.slice(0, limit).map((record) => eventOf(record, includeExecutionData)),
        nextToken: records.length > limit ? tokenOf(records[limit - 1]?.id) : undefined,
      };
    },
    listMapRuns(request: Page & { executionArn: string }): ListMapRunsOutput {
      const { executionArn } = request;
      executions.recordOf(executionArn);
      const { limit, position = Number.MAX_SAFE_INTEGER, tokenOf } = pageOf(request);
      const records = store.mapRuns(executionArn, { before: position, limit: limit + 1 });
      return {
        mapRuns: records.slice(0, limit).map((record) => ({
          executionArn: record.executionArn,
          mapRunArn: record.arn,
          stateMachineArn: record.stateMachineArn,
          startDate: new Date(record.startDate),
          stopDate: dateOf(record.stopDate),
        })),
        nextToken: records.length > limit ? tokenOf(records[limit - 1]?.sequence) : undefined,
      };
    },
    describeMapRun({ mapRunArn }: { mapRunArn: string }): DescribeMapRunOutput {
      const record = mapRunOf(mapRunArn);
      return {
        mapRunArn,
        executionArn: record.executionArn,
        status: record.status,
        startDate: new Date(record.startDate),
        stopDate: dateOf(record.stopDate),
        maxConcurrency: record.maxConcurrency,
        toleratedFailurePercentage: record.toleratedFailurePercentage,
        toleratedFailureCount: record.toleratedFailureCount,
        itemCounts: record.counts.items,
        executionCounts: record.counts.executions,
        redriveCount: record.redriveCount,
        redriveDate: dateOf(record.redriveDate),
      };
    },
  };
}

function dateOf(milliseconds: number | null): Date | undefined {
  return milliseconds === null ? undefined : new Date(milliseconds);
}

const dataFields = ['input', 'inputDetails', 'output', 'outputDetails', 'parameters'];

function eventOf(record: HistoryRecord, includeData: boolean): HistoryEvent {
  const keep = (key: string, value: unknown) => (!includeData && dataFields.includes(key) ? undefined : value);
  return {
    id: record.id,
    previousEventId: record.previousEventId,
    type: record.type as HistoryEvent['type'],
    timestamp: new Date(record.timestamp),
    ...JSON.parse(record.details, keep),
  };
}
