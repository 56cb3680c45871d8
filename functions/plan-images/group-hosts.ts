import type { HostGroup } from '../../workflows/payloads/images.ts';
import type { OwedHost } from '../shared/images/owed-images.ts';

/** A host with more images has an item of "Convert images", and a pace, to itself. */
const fewImages = 100;
/** Images and hosts of one item at most: of the many hosts with few images, so that a file with 2,000 hosts stays small. */
const groupImages = 1000;
const groupHosts = 50;

/**
 * The items of "Convert images": each host in one of them, the largest first, so that those which begin together end
 * together.
 */
export function groupByImages(owed: readonly OwedHost[]): HostGroup[] {
  const groups: { hosts: string[]; images: number }[] = [];
  for (const { host, images } of [...owed].sort((a, b) => b.images - a.images)) {
    const last = groups.at(-1);
    const fits = last && last.images + images <= groupImages && last.hosts.length < groupHosts;
    if (images <= fewImages && fits && isOfFew(last)) {
      last.hosts.push(host);
      last.images += images;
    } else groups.push({ hosts: [host], images });
  }
  return groups.map(({ hosts }, index) => ({ group: index + 1, hosts }));
}

const isOfFew = ({ hosts, images }: { hosts: readonly string[]; images: number }) =>
  hosts.length > 1 || images <= fewImages;
