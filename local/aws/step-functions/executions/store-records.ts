import type { ExecutionStatus, MapRunStatus } from '@aws-sdk/client-sfn';
import type { MapRunCounts } from '../maps/map-run-counts.ts';

export type ExecutionRecord = {
  arn: string;
  stateMachineArn: string;
  mapRunArn: string | null;
  name: string;
  status: ExecutionStatus;
  input: string;
  output: string | null;
  error: string | null;
  cause: string | null;
  /** Milliseconds since 1970. */
  startDate: number;
  stopDate: number | null;
  /** Items of the batch that a child of a Map Run processes. */
  itemCount: number | null;
} & Redrives;

/** How often it was redriven, and when it was last. */
type Redrives = { redriveCount: number; redriveDate: number | null };

export type HistoryRecord = {
  executionArn: string;
  id: number;
  previousEventId: number;
  type: string;
  timestamp: number;
  /** The event's `…EventDetails` member, as JSON. */
  details: string;
};

export type MapRunRecord = {
  arn: string;
  executionArn: string;
  stateMachineArn: string;
  status: MapRunStatus;
  startDate: number;
  stopDate: number | null;
  maxConcurrency: number;
  toleratedFailurePercentage: number;
  toleratedFailureCount: number;
  counts: MapRunCounts;
} & Redrives;

/** How the child of a Map Run ended that ran a batch: what a redrive of the Map Run keeps or runs again. */
export type BatchRecord = { mapRunArn: string; batch: number; result: string };
