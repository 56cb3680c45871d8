import type { ImageItem } from '../../../workflows/payloads/images.ts';

/** Bytes of a batch's items: with the outcomes they stay below the 256 KiB of a state and of a queue message. */
export const batchBytes = 120_000;

/** What batches are made of: an item and the host that it is asked from. */
export type HostItem = { host: string; item: ImageItem };

/** Cuts a host's items into batches of the given sizes, and further where one has more bytes than a batch may. */
export function cutBatches(items: readonly ImageItem[], sizes: readonly number[]): ImageItem[][] {
  const batches: ImageItem[][] = [];
  let first = 0;
  for (const size of sizes) {
    for (let rest = items.slice(first, first + size); rest.length > 0; ) {
      const batch = fitting(rest);
      batches.push(batch);
      rest = rest.slice(batch.length);
    }
    first += size;
  }
  return batches;
}

/**
 * Deals the items of hosts with few images to their lanes and puts lanes together into batches of at most `batchSize`
 * images: those are converted one after the other, so that no host gets more requests at once than it has lanes,
 * whichever batches run side by side. Items that a batch has no room for are left out.
 */
export function batchSmallHosts(
  items: readonly HostItem[],
  lanesOf: ReadonlyMap<string, number>,
  batchSize: number,
): HostItem[][] {
  const byHost = Map.groupBy(items, ({ host }) => host);
  const lanes = [...lanesOf].flatMap(([host, count]) => {
    const own = byHost.get(host) ?? [];
    const dealt = Array.from({ length: count }, (_, lane) => own.filter((_, index) => index % count === lane));
    return dealt.map((lane) => fittingHostItems(lane.slice(0, batchSize)));
  });
  const batches: HostItem[][] = [];
  for (const lane of lanes.filter(({ length }) => length > 0)) {
    const last = batches.at(-1);
    const together = [...(last ?? []), ...lane];
    // Two lanes of one host in one batch would be one lane.
    const isOther = !last?.some(({ host }) => host === lane[0]?.host);
    if (last && isOther && together.length <= batchSize && bytesOf(together) <= batchBytes) last.push(...lane);
    else batches.push(lane);
  }
  return batches;
}

/** As many of the items, from the first on, as a batch has bytes for; at least one. */
function fitting(items: readonly ImageItem[]): ImageItem[] {
  let bytes = 0;
  const end = items.findIndex((item, index) => {
    bytes += Buffer.byteLength(JSON.stringify(item)) + 1;
    return index > 0 && bytes > batchBytes;
  });
  return items.slice(0, end < 0 ? items.length : end);
}

const fittingHostItems = (items: readonly HostItem[]) => items.slice(0, fitting(items.map(({ item }) => item)).length);
const bytesOf = (items: readonly HostItem[]) => Buffer.byteLength(JSON.stringify(items.map(({ item }) => item)));
