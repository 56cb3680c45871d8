/** Seconds between the first two Takes that find nothing to do, and the most between later ones. */
const firstWait = 5;
const longestWait = 60;
/** For lanes that others have: those are kept for whoever waits, so that nobody takes long to ask again. */
const longestBusyWait = 20;

/** Seconds until the next Take, longer the more have waited in a row. */
export function waitFor(props: { waits: number; isBusy: boolean; holdSeconds: number | null }): number {
  const backoff = Math.round(firstWait * 1.5 ** Math.min(props.waits, 20));
  if (props.isBusy) return Math.min(backoff, longestBusyWait);
  return Math.max(1, Math.min(Math.max(props.holdSeconds ?? 0, 1), longestWait));
}
