import type { ImageBatch } from '../../workflows/payloads/images.ts';
import { dealBatches, takeSize } from '../shared/hosts/dealing.ts';
import type { Grant } from '../shared/hosts/grants.ts';
import type { Demand } from '../shared/hosts/host-state.ts';
import { batchSmallHosts, cutBatches, type HostItem } from '../shared/images/image-batches.ts';

/** Images of one Take at most, for the memory of this function. */
const mostImages = 30_000;

export type Room = { host: string; images: number; batch: number; seconds: number };

/** How many images of each host its lanes convert in a Take. */
export function roomsOfTake(grants: readonly Grant[], demands: readonly Demand[], batchSize: number): Room[] {
  const owed = new Map(demands.map(({ host, images }) => [host, images]));
  return grants.map(({ host, ...grant }) => {
    const left = owed.get(host) ?? 0;
    const size = takeSize({ ...grant, owed: left, batchSize });
    return { host, ...size, images: Math.min(evenTake(left, size.images), mostImages) };
  });
}

/** A Take may hand out so much more than it should, and be over before its deadline, where that spares a last one of a few images. */
const spare = 0.5;

/** So many of the images owed that all Takes are alike, rather than the last a small one that lanes wait for. */
function evenTake(owed: number, images: number): number {
  const takes = Math.max(1, Math.ceil(owed / images - spare));
  return Math.ceil(owed / takes);
}

/**
 * The batches of a Take. Those of a child with one host are dealt to its lanes as they get free; those of several hosts
 * are one for a lane, since the Map Run knows one number of batches at once, not one a host.
 */
export function batchesOfTake(props: {
  items: readonly HostItem[];
  grants: readonly Grant[];
  /** Of the child. */
  hosts: readonly string[];
  rooms: readonly Room[];
  takenAt: number;
  batchSize: number;
}): ImageBatch[] {
  const { items, grants, hosts, rooms, takenAt, batchSize } = props;
  const seconds = Math.max(...rooms.map((room) => room.seconds));
  // Of a host that has become slow, the next Take takes what is not begun by then at another pace.
  const notAfter = takenAt + (1.5 * seconds + 30) * 1000;
  const timed = items.map(({ host, item }) => ({ host, item: { ...item, notAfter } }));
  return cut(timed, grants, hosts, rooms, batchSize).map((Items) => ({ Items, takenAt, holder: null }));
}

/** Batches of the child's hosts to convert at once. */
export function batchesAtOnce(hosts: readonly string[], grants: readonly Grant[], batches: number): number {
  const [grant] = grants;
  return Math.max(1, hosts.length === 1 && grant ? grant.lanes : batches);
}

function cut(
  items: readonly HostItem[],
  grants: readonly Grant[],
  hosts: readonly string[],
  rooms: readonly Room[],
  batchSize: number,
) {
  const [grant] = grants;
  const [room] = rooms;
  if (hosts.length === 1 && grant && room) {
    const own = items.map(({ item }) => item);
    return cutBatches(own, dealBatches(own.length, grant.lanes, room.batch));
  }
  const lanes = new Map(grants.map((one) => [one.host, one.lanes]));
  return batchSmallHosts(items, lanes, batchSize).map((batch) => batch.map(({ item }) => item));
}
