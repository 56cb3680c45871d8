import type { ImageBatch, ImageItem } from '../../../workflows/payloads/images.ts';
import type { Grant } from '../hosts/host-lanes.ts';
import { smallestLane } from '../hosts/politeness.ts';

/** Bytes of a batch's items: with the outcomes they stay below the 256 KiB of a state and of a queue message. */
export const batchBytes = 120_000;

/** What {@link batchImages} makes batches of: an item and the host that it is asked from. */
export type HostItem = { host: string; item: ImageItem };

/**
 * Deals the items of each host to its lanes, at most `batchSize` to one, and returns one batch a lane. Lanes of few
 * images go together into one batch: its images are converted one after the other, so that no host gets more requests at
 * once than it has lanes. Items that no lane has room for are left out.
 */
export function batchImages(items: readonly HostItem[], grants: readonly Grant[], batchSize: number): ImageBatch[] {
  const batches: ImageBatch[] = [];
  let small: ImageBatch = { Items: [], lanes: [] };
  for (const lane of dealtLanes(items, grants, batchSize)) {
    if (lane.Items.length >= smallestLane) {
      batches.push(lane);
      continue;
    }
    const together: ImageBatch = { Items: [...small.Items, ...lane.Items], lanes: [...small.lanes, ...lane.lanes] };
    if (small.Items.length > 0 && (together.Items.length > batchSize || bytesOf(together) > batchBytes)) {
      batches.push(small);
      small = lane;
    } else small = together;
  }
  return small.Items.length > 0 ? [...batches, small] : batches;
}

function dealtLanes(items: readonly HostItem[], grants: readonly Grant[], batchSize: number): ImageBatch[] {
  const byHost = Map.groupBy(items, ({ host }) => host);
  return grants.flatMap(({ host, lanes }) => {
    const own = byHost.get(host) ?? [];
    return lanes.flatMap((lane, position) => {
      const dealt = own.filter((_, index) => index % lanes.length === position).map(({ item }) => item);
      const Items = fitting(dealt.slice(0, batchSize));
      return Items.length > 0 ? [{ Items, lanes: [lane] }] : [];
    });
  });
}

/** As many of the items, from the first on, as a batch has bytes for; at least one. */
function fitting(items: readonly ImageItem[]): ImageItem[] {
  let bytes = 0;
  const end = items.findIndex((item, index) => {
    bytes += Buffer.byteLength(JSON.stringify(item));
    return index > 0 && bytes > batchBytes;
  });
  return items.slice(0, end < 0 ? items.length : end);
}

const bytesOf = (batch: ImageBatch) => Buffer.byteLength(JSON.stringify(batch));
