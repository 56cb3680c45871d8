import type { ExecutionListItem } from './step-functions.ts';

export type Pace = { perSecond: number | null; secondsLeft: number | null };
type Images = { total: number; converted: number; failed: number };

/** Seconds that "now" is. */
const window = 15;

/**
 * Images a second and the time left: of a running execution over the last seconds it was looked at, of one that has ended
 * over all of its time.
 */
export function createPace(now: () => number = () => Date.now() / 1000) {
  const samples = new Map<string, { at: number; done: number }[]>();
  return ({ executionArn, status, startDate, stopDate }: ExecutionListItem, images: Images | null): Pace => {
    if (images === null || images.total === 0) return { perSecond: null, secondsLeft: null };
    const done = images.converted + images.failed;
    if (status !== 'RUNNING') {
      samples.delete(executionArn);
      return { perSecond: done / Math.max(1, (stopDate ?? now()) - startDate), secondsLeft: null };
    }
    const taken = [...(samples.get(executionArn) ?? []), { at: now(), done }].filter(({ at }) => at > now() - window);
    samples.set(executionArn, taken);
    const [first] = taken;
    if (first === undefined || now() - first.at < 1) return { perSecond: null, secondsLeft: null };
    const perSecond = (done - first.done) / (now() - first.at);
    return { perSecond, secondsLeft: perSecond > 0 ? (images.total - done) / perSecond : null };
  };
}
