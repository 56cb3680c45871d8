import { randomUUID } from 'node:crypto';
import type { EventEntry, ExecutionStatusChange } from './aws/step-functions/index.ts';

type Place = { account: string; region: string };

const envelope = ({ account, region }: Place) => ({
  version: '0',
  id: randomUUID(),
  account,
  region,
  time: `${new Date().toISOString().slice(0, 19)}Z`,
});

/** https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html */
export function statusChangeEvent(change: Partial<ExecutionStatusChange>, place: Place) {
  const { startDate, stopDate, redriveDate, ...detail } = change;
  return {
    ...envelope(place),
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    resources: [change.executionArn],
    detail: {
      ...detail,
      startDate: startDate?.getTime(),
      stopDate: stopDate?.getTime() ?? null,
      redriveDate: redriveDate?.getTime() ?? null,
      inputDetails: { included: true },
      outputDetails: detail.output === undefined ? null : { included: true },
    },
  };
}

/** What PutEvents makes of an entry. */
export function putEvent(entry: EventEntry, place: Place) {
  return {
    ...envelope(place),
    source: entry.Source,
    'detail-type': entry.DetailType,
    resources: entry.Resources,
    detail: entry.Detail,
  };
}
