import { isInDoubt, isSettling, type Pace } from './pace.ts';

/**
 * Seconds of work that a Take hands out. Few while the pace is being learnt. Some where others wait for the host: the fewer,
 * the more of them there are for a lane. Some, too, where it is in doubt whether the host shows strain, and after strain until
 * the pace has settled. Otherwise so many that the seconds between two Takes hardly count.
 */
const takeSeconds = { learning: 4, crowded: 10, awaited: 30, usual: 260 };
/** A pace is not worth learning for less than so many Takes of learning. */
const learningTakes = 4;
/** Of an image, its share of a cold start included, until the host's are known. */
const unknownImageSeconds = 1.3;
/** Seconds of work of one batch at most: half of what an Express execution has for its images. */
const batchSeconds = 40;
/** Images of a batch at least: each batch is an execution and a write of its own. */
const smallestBatch = 3;

export type TakeSize = {
  /** Whole seconds for which its lanes have work. */
  seconds: number;
  images: number;
  /** Images of one batch at most. */
  batch: number;
};

/**
 * How much a Take hands out to `lanes` lanes at a host whose images take a lane `imageSeconds` each, from start to start;
 * null where that is not known.
 */
export function takeSize(props: {
  pace: Pace;
  /** The pace that this asker may use. */
  most: number;
  lanes: number;
  /** Lanes in use at the host, those of others among them. */
  inUse: number;
  /** Others who wait for lanes of the host. */
  waiting: number;
  /** Images of the host that the asker has yet to hand out. */
  owed: number;
  imageSeconds: number | null;
  /** The setting `images.batchSize`. */
  batchSize: number;
}): TakeSize {
  const { pace, most, lanes, inUse, waiting, owed, batchSize } = props;
  const imageSeconds = Math.max(0.05, props.imageSeconds ?? unknownImageSeconds);
  const imagesIn = (seconds: number) => Math.max(lanes, Math.round((lanes * seconds) / imageSeconds));
  // A pace of which less than half is used does not grow, however soon the next Take is.
  const mayGrow = pace.ceiling === null && pace.lanes < most && pace.lanes < 2 * inUse;
  const isLearning = mayGrow && !isInDoubt(pace) && owed > learningTakes * imagesIn(takeSeconds.learning);
  const seconds = isLearning
    ? takeSeconds.learning
    : waiting > 0
      ? Math.max(
          takeSeconds.crowded,
          Math.min(takeSeconds.awaited, Math.round((takeSeconds.awaited * inUse) / waiting)),
        )
      : isInDoubt(pace) || isSettling(pace)
        ? takeSeconds.awaited
        : takeSeconds.usual;
  return {
    seconds,
    images: imagesIn(seconds),
    batch: Math.max(1, Math.min(batchSize, Math.floor(batchSeconds / imageSeconds))),
  };
}

/**
 * Sizes of the batches, in the order in which lanes begin them: large ones first, smaller and smaller towards the end, so
 * that all lanes end together. Guided self-scheduling: Polychronopoulos and Kuck, IEEE Transactions on Computers, 1987.
 */
export function dealBatches(images: number, lanes: number, most: number): number[] {
  const sizes: number[] = [];
  // As many lanes as there are: a few images go one to each, rather than three to one.
  const even = Math.ceil(images / lanes);
  for (let left = images; left > 0; ) {
    const guided = Math.max(smallestBatch, Math.ceil(left / lanes));
    const size = Math.min(guided, even, most, left);
    sizes.push(size);
    left -= size;
  }
  return sizes;
}
