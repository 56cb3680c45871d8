import { DescribeMapRunCommand, GetExecutionHistoryCommand, ListMapRunsCommand } from '@aws-sdk/client-sfn';
import type { Target } from '../target/clients.ts';

/** Of the images that an import sees to. */
export type OwnImageCounts = { total: number; converted: number; failed: number };

/** What an operator sees while an execution runs. */
export type ExecutionProgress = {
  state: string;
  /** What the state works on. */
  items: { of: string; total: number; done: number; failed: number; perSecond: number | null } | null;
  seconds: number;
};

/** `Convert images: 1,310 of 8,000 images (12 failed), 43.1 images/s, 31 s` */
export function describeProgress({ state, items, seconds }: ExecutionProgress): string {
  const time = `${seconds.toFixed(0)} s`;
  if (items === null) return `${state}, ${time}`;
  const { of, perSecond } = items;
  const [done, total, failed] = [items.done, items.total, items.failed].map((number) => number.toLocaleString('en-US'));
  const pace = perSecond === null ? '' : `, ${perSecond.toFixed(1)} ${of}/s`;
  return `${state}: ${done} of ${total} ${of}${items.failed ? ` (${failed} failed)` : ''}${pace}, ${time}`;
}

const imagesState = 'Convert images';
/** Items of each state's Map Run. */
const itemsOfState: Record<string, string> = { 'Write products': 'chunks', [imagesState]: 'hosts' };

/**
 * What reads an execution's progress. Where `countImages` is given, it counts the images of "Convert images"; elsewhere the
 * items of the Map Run under way are counted, which are hosts there.
 */
export function createProgressReader(
  target: Target,
  executionArn: string,
  countImages?: () => Promise<OwnImageCounts | null>,
): (seconds: number) => Promise<ExecutionProgress> {
  const rate = createRate();
  return async (seconds) => {
    const state = await currentState(target, executionArn);
    const images = state === imagesState ? await countImages?.() : null;
    if (images) {
      const done = images.converted + images.failed;
      const items = { of: 'images', total: images.total, done, failed: images.failed, perSecond: rate(seconds, done) };
      return { state, items, seconds };
    }
    return { state, items: await mapRunItems(target, executionArn, itemsOfState[state] ?? 'items'), seconds };
  };
}

/** Seconds that "now" is. */
const rateWindow = 15;

/** What is done a second, over the last seconds; null until that can be told. */
export function createRate(): (seconds: number, done: number) => number | null {
  let samples: { at: number; done: number }[] = [];
  return (at, done) => {
    samples = [...samples.filter((sample) => sample.at > at - rateWindow), { at, done }];
    const [first] = samples;
    return first === undefined || at - first.at < 1 ? null : (done - first.done) / (at - first.at);
  };
}

/** Name of the state entered last. */
async function currentState(target: Target, executionArn: string): Promise<string> {
  const { events = [] } = await target.stepFunctions.send(
    new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 20, includeExecutionData: false }),
  );
  return events.find((event) => event.stateEnteredEventDetails)?.stateEnteredEventDetails?.name ?? 'Starting';
}

async function mapRunItems(target: Target, executionArn: string, of: string): Promise<ExecutionProgress['items']> {
  const { mapRuns = [] } = await target.stepFunctions.send(new ListMapRunsCommand({ executionArn }));
  const running = mapRuns.find((run) => run.stopDate === undefined);
  if (running?.mapRunArn === undefined) return null;
  const { itemCounts: counts } = await target.stepFunctions.send(
    new DescribeMapRunCommand({ mapRunArn: running.mapRunArn }),
  );
  if (counts === undefined) return null;
  const { total = 0, succeeded = 0, failed = 0 } = counts;
  return { of, total, done: succeeded + failed, failed, perSecond: null };
}
