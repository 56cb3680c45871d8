import type {
  DescribeMapRunOutput,
  DescribeStateMachineOutput,
  ExecutionStatus,
  GetExecutionHistoryOutput,
  HistoryEvent,
  ListExecutionsOutput,
  ListMapRunsOutput,
  ListStateMachinesOutput,
} from '@aws-sdk/client-sfn';
import { ServiceException } from './errors.ts';
import { type Executions, unsupportedType } from './executions.ts';
import type { Store } from './store.ts';
import type { HistoryRecord, MapRunRecord } from './store-records.ts';
import type { StateMachineDefinition } from './types.ts';

type Page = { maxResults?: number; nextToken?: string };
export type ListExecutionsRequest = Page & {
  stateMachineArn?: string;
  mapRunArn?: string;
  statusFilter?: ExecutionStatus;
};
export type HistoryRequest = Page & { executionArn: string; reverseOrder?: boolean; includeExecutionData?: boolean };

/** The operations that only read. Dates are Dates; the HTTP endpoint makes them seconds. */
export function createQueries(machines: StateMachineDefinition[], executions: Executions, store: Store) {
  const createdAt = new Date();

  function mapRunOf(arn: string): MapRunRecord {
    const record = store.mapRun(arn);
    if (record === undefined) throw new ServiceException('ResourceNotFound', `Resource not found: '${arn}'`);
    return record;
  }

  return {
    listStateMachines(request: Page = {}): ListStateMachinesOutput {
      const { limit, position = 0 } = pageOf(request);
      const page = machines.slice(position, position + limit);
      return {
        stateMachines: page.map(({ arn, name, type }) => ({
          stateMachineArn: arn,
          name,
          type,
          creationDate: createdAt,
        })),
        nextToken: position + limit < machines.length ? tokenOf(position + limit) : undefined,
      };
    },
    describeStateMachine({ stateMachineArn }: { stateMachineArn: string }): DescribeStateMachineOutput {
      const { arn } = executions.machineOf(stateMachineArn);
      const machine = machines.find((candidate) => candidate.arn === arn);
      return {
        stateMachineArn,
        name: machine?.name,
        status: 'ACTIVE',
        definition: JSON.stringify(machine?.definition),
        roleArn: machine?.roleArn ?? '',
        type: machine?.type,
        creationDate: createdAt,
        loggingConfiguration: { level: 'OFF', includeExecutionData: false },
        tracingConfiguration: { enabled: false },
      };
    },
    listExecutions({ stateMachineArn, mapRunArn, statusFilter, ...page }: ListExecutionsRequest): ListExecutionsOutput {
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
      const { limit, position } = pageOf(page);
      const records = store.executions(column, arn, { status: statusFilter, before: position, limit: limit + 1 });
      return {
        executions: records.slice(0, limit).map((record) => ({
          executionArn: record.arn,
          stateMachineArn: record.stateMachineArn,
          name: record.name,
          status: record.status,
          startDate: new Date(record.startDate),
          stopDate: record.stopDate === null ? undefined : new Date(record.stopDate),
          mapRunArn: record.mapRunArn ?? undefined,
          itemCount: record.itemCount ?? undefined,
          redriveCount: 0,
        })),
        nextToken: records.length > limit ? tokenOf(records[limit - 1]?.sequence) : undefined,
      };
    },
    getExecutionHistory(request: HistoryRequest): GetExecutionHistoryOutput {
      const { executionArn, reverseOrder = false, includeExecutionData = true } = request;
      executions.recordOf(executionArn);
      const { limit, position } = pageOf(request);
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
    listMapRuns({ executionArn, ...page }: Page & { executionArn: string }): ListMapRunsOutput {
      executions.recordOf(executionArn);
      const { limit, position = Number.MAX_SAFE_INTEGER } = pageOf(page);
      const records = store.mapRuns(executionArn, { before: position, limit: limit + 1 });
      return {
        mapRuns: records.slice(0, limit).map((record) => ({
          executionArn: record.executionArn,
          mapRunArn: record.arn,
          stateMachineArn: record.stateMachineArn,
          startDate: new Date(record.startDate),
          stopDate: record.stopDate === null ? undefined : new Date(record.stopDate),
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
        stopDate: record.stopDate === null ? undefined : new Date(record.stopDate),
        maxConcurrency: record.maxConcurrency,
        toleratedFailurePercentage: record.toleratedFailurePercentage,
        toleratedFailureCount: record.toleratedFailureCount,
        itemCounts: record.counts.items,
        executionCounts: record.counts.executions,
        redriveCount: 0,
      };
    },
  };
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

/** A page is 100 results by default and 1,000 at most; its token carries the position of its last result. */
function pageOf({ maxResults = 0, nextToken }: Page): { limit: number; position?: number } {
  if (!Number.isInteger(maxResults) || maxResults < 0 || maxResults > 1000) {
    throw new ServiceException('ValidationException', `maxResults is ${maxResults}, expected 0 to 1000`);
  }
  const limit = maxResults || 100;
  if (nextToken === undefined) return { limit };
  const text = Buffer.from(nextToken, 'base64url').toString();
  const position = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(position)) {
    throw new ServiceException('InvalidToken', `Invalid Token: '${nextToken}'`);
  }
  return { limit, position };
}

function tokenOf(position: number | undefined): string {
  return Buffer.from(String(position)).toString('base64url');
}
