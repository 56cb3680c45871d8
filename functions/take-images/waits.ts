import { longestWaitSeconds } from '../shared/hosts/politeness.ts';

/** Seconds between the first two Takes that find nothing to do, and the most between later ones. */
const firstWait = 5;
const longestWait = 60;
/** For lanes that others have: those are kept for whoever waits, so that nobody takes long to ask again. */
const longestBusyWait = 20;

/**
 * Seconds until the next Take, where none of the hosts has lanes: longer the more have waited in a row. 0: all of them want
 * to be left alone for so long that they are the sweeps'.
 */
export function waitFor(props: { waits: number; busy: number; holdSeconds: number | null }): number {
  const { waits, busy, holdSeconds } = props;
  if (busy === 0 && (holdSeconds ?? 0) > longestWaitSeconds) return 0;
  if (busy > 0) return Math.min(Math.round(firstWait * 1.5 ** Math.min(waits, 20)), longestBusyWait);
  return Math.max(1, Math.min(holdSeconds ?? 0, longestWait));
}
