/** Images that a lane is worth. */
const smallestLane = 20;

/** Lanes of a host, by the import that holds them, and the imports that wait for some, in the order they came. */
export class Host {
  readonly limit: number;
  readonly #held = new Map<number, number>();
  readonly #waiting: number[] = [];
  taken = 0;
  peak = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** As many lanes as plan-images would get for an import that wants so many images from the host. */
  grant(importIndex: number, images: number): number {
    const position = this.#waiting.indexOf(importIndex);
    const sharers = new Set([...this.#held.keys(), ...this.#waiting].filter((other) => other !== importIndex)).size;
    const free = this.limit - this.taken - (position < 0 ? this.#waiting.length : position);
    const share = Math.max(1, Math.floor(this.limit / (1 + sharers)));
    const lanes = Math.max(0, Math.min(free, share, Math.max(1, Math.floor(images / smallestLane))));
    if (lanes === 0 && position < 0) this.#waiting.push(importIndex);
    if (lanes > 0 && position >= 0) this.#waiting.splice(position, 1);
    if (lanes > 0) this.#held.set(importIndex, (this.#held.get(importIndex) ?? 0) + lanes);
    this.taken += lanes;
    this.peak = Math.max(this.peak, this.taken);
    return lanes;
  }

  giveBack(importIndex: number): void {
    const left = (this.#held.get(importIndex) ?? 0) - 1;
    if (left > 0) this.#held.set(importIndex, left);
    else this.#held.delete(importIndex);
    this.taken -= 1;
  }
}

/** Images of one host in one lane. */
export type Lane = { host: number; images: number };

/**
 * Batches as functions/shared/images/image-batches.ts deals them: a lane of enough images is one, smaller ones go together, at
 * most `batchSize` images in each.
 */
export function dealLanes(grants: readonly { host: number; lanes: number; images: number }[], batchSize: number) {
  const lanes = grants.flatMap(({ host, lanes, images }) =>
    Array.from({ length: lanes }, (_, position) => ({
      host,
      images: Math.min(batchSize, Math.floor(images / lanes) + (position < images % lanes ? 1 : 0)),
    })),
  );
  const batches: Lane[][] = [];
  let small: Lane[] = [];
  for (const lane of lanes) {
    const together = small.reduce((sum, { images }) => sum + images, lane.images);
    if (lane.images >= smallestLane) batches.push([lane]);
    else if (together > batchSize) {
      batches.push(small);
      small = [lane];
    } else small.push(lane);
  }
  return small.length > 0 ? [...batches, small] : batches;
}
