import type { ImageRecord } from '../../../functions/record-images/image-record.ts';
import type { HostItem } from '../../../functions/shared/images/image-batches.ts';

/** A row of the table images. Simulated seconds. */
export type Image = { id: number; host: string; attempts: number; dueAt: number };

/** The table images in memory: each image is owed by an import, due for a sweep, in the queue, converted or given up. */
export class Images {
  readonly all: Image[] = [];
  /** By import, by host. */
  readonly #owed = new Map<number, Map<string, Set<Image>>>();
  readonly #due = new Map<string, Set<Image>>();
  readonly #queued = new Set<Image>();
  converted = 0;
  convertedByImports = 0;
  givenUp = 0;

  /** A new image that the import owes, or, null, that is due. */
  add(host: string, importId: number | null): void {
    const image = { id: this.all.length + 1, host, attempts: 0, dueAt: 0 };
    this.all.push(image);
    if (importId === null) this.#addDue(image, 0);
    else this.#owedAt(importId, host).add(image);
  }

  /** How many images the import owes of each host. */
  owedBy(importId: number): { host: string; images: number }[] {
    const hosts = [...(this.#owed.get(importId) ?? [])];
    return hosts.flatMap(([host, images]) => (images.size > 0 ? [{ host, images: images.size }] : []));
  }

  /** So many of the images that the import owes of each host, the first ones. */
  read(importId: number, rooms: readonly { host: string; images: number }[]): HostItem[] {
    return rooms.flatMap(({ host, images }) => first(this.#owedAt(importId, host), images).map(hostItem));
  }

  /** What the import still owes becomes due. */
  release(importId: number, now: number): void {
    for (const images of this.#owed.get(importId)?.values() ?? []) {
      for (const image of images) this.#addDue(image, now);
    }
    this.#owed.delete(importId);
  }

  /** Hosts with images that are due by now, that of the longest due first. */
  dueHosts(now: number): { host: string; images: number }[] {
    const hosts = [...this.#due].map(([host, due]) => {
      let images = 0;
      let since = now;
      // Asked at every step of a sweep, of every image.
      for (const { dueAt } of due) {
        if (dueAt > now) continue;
        images += 1;
        since = Math.min(since, dueAt);
      }
      return { host, images, since };
    });
    return hosts.filter(({ images }) => images > 0).sort((a, b) => a.since - b.since);
  }

  /** Takes at most `limit` of a host's due images for the queue, the longest due first. */
  claim(host: string, now: number, limit: number): HostItem[] {
    const due = [...(this.#due.get(host) ?? [])].filter(({ dueAt }) => dueAt <= now);
    const claimed = due.sort((a, b) => a.dueAt - b.dueAt).slice(0, limit);
    for (const image of claimed) {
      this.#due.get(host)?.delete(image);
      this.#queued.add(image);
    }
    return claimed.map(hostItem);
  }

  /** What recordImages writes; `importId` null: it came through the queue. */
  record({ id, attempts, outcome, next_attempt_at }: ImageRecord, importId: number | null): void {
    const image = this.find(id);
    if (outcome === 'refused' || (outcome === 'postponed' && importId !== null)) return;
    this.#queued.delete(image);
    if (importId !== null) this.#owedAt(importId, image.host).delete(image);
    if (outcome !== 'postponed') image.attempts = Math.max(image.attempts, attempts);
    if (outcome === 'converted') {
      this.converted += 1;
      if (importId !== null) this.convertedByImports += 1;
    } else if (next_attempt_at) this.#addDue(image, next_attempt_at.getTime() / 1000);
    else this.givenUp += 1;
  }

  find(id: number): Image {
    const image = this.all[id - 1];
    if (!image) throw new Error(`There is no image ${id}`);
    return image;
  }

  /** Images that sweeps have to see to, due now or later. */
  get waiting(): number {
    return [...this.#due.values()].reduce((sum, { size }) => sum + size, this.#queued.size);
  }

  #owedAt(importId: number, host: string): Set<Image> {
    const hosts = this.#owed.get(importId) ?? new Map<string, Set<Image>>();
    const images = hosts.get(host) ?? new Set<Image>();
    this.#owed.set(importId, hosts.set(host, images));
    return images;
  }

  #addDue(image: Image, dueAt: number): void {
    image.dueAt = dueAt;
    const due = this.#due.get(image.host) ?? new Set<Image>();
    this.#due.set(image.host, due.add(image));
  }
}

function first<T>(values: Iterable<T>, count: number): T[] {
  const taken: T[] = [];
  for (const value of values) {
    if (taken.length >= count) break;
    taken.push(value);
  }
  return taken;
}

function hostItem({ id, host, attempts }: Image): HostItem {
  const settings = { supplierCode: 'acme', etag: null, lastModified: null, headers: {}, allowSvg: false };
  return { host, item: { imageId: id, sourceUrl: `https://${host}/${id}.jpg`, attempt: attempts + 1, ...settings } };
}
