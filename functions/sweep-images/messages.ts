import type { ImageBatch, ImageItem } from '../../workflows/payloads/images.ts';
import { takeSize } from '../shared/hosts/dealing.ts';
import type { Grant } from '../shared/hosts/grants.ts';
import { cutBatches } from '../shared/images/image-batches.ts';

/** Messages in the queue for each of its consumers at most: so many that none is idle, and lanes are not held in a line. */
export const messagesPerConsumer = 4;
/** Seconds between the runs of one execution: a message has images for twice as many at most. */
export const sweepAgainSeconds = 20;

/** Images for so many of the grant's lanes, each with one message. */
export function roomOfMessages(grant: Grant, lanes: number, batchSize: number): number {
  return lanes * takeSize({ ...grant, owed: 0, batchSize }).batch;
}

/** A message for each of the lanes that `holders` names, with an equal share of the images; fewer where those are few. */
export function dealMessages(props: {
  items: readonly ImageItem[];
  holders: readonly string[];
  takenAt: number;
}): ImageBatch[] {
  const { items, holders, takenAt } = props;
  const size = Math.ceil(items.length / holders.length);
  const cut = cutBatches(
    items,
    holders.map(() => size),
  );
  return holders.flatMap((holder, index) => {
    const Items = cut[index];
    return Items ? [{ Items, takenAt, holder }] : [];
  });
}

/** Of an execution, when its run began: seconds since its start, and for how many it goes on. */
export type SweepTime = { elapsed: number; forSeconds: number };

/** Whether there is another run, and whether a host that wants to be left alone for so long may be asked by then. */
export const isSweptLater = ({ elapsed, forSeconds }: SweepTime, holdSeconds = 0): boolean =>
  elapsed + Math.max(sweepAgainSeconds, holdSeconds) < forSeconds;

/** Until the next run; 0: nothing is due, or the next execution is about to begin. */
export function secondsToNextSweep({ due, ...time }: SweepTime & { due: number }): number {
  return due > 0 && isSweptLater(time) ? sweepAgainSeconds : 0;
}
