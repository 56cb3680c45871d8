import { payloadLimit } from '../errors.ts';
import type { Json } from '../types.ts';
import type { MapSettings } from './distributed-map-definition.ts';

/** The input of one child execution, as JSON text, and how many items are in it. */
export type Batch = { input: string; items: number };

/** One child for each item: the item is its input. */
export async function* singleItems(items: AsyncIterable<Json>): AsyncGenerator<Batch> {
  for await (const item of items) yield { input: JSON.stringify(item), items: 1 };
}

/**
 * Groups items as ItemBatcher does: a child's input is `{BatchInput, Items}`, with at most `maxItemsPerBatch` items
 * and `maxInputBytesPerBatch` bytes in all, 256 KiB where nothing is said. An item that is alone over the limit gets
 * a batch of its own.
 */
export async function* batches(items: AsyncIterable<Json>, settings: MapSettings): AsyncGenerator<Batch> {
  const maxItems = settings.maxItemsPerBatch === 0 ? Number.POSITIVE_INFINITY : settings.maxItemsPerBatch;
  const maxBytes = Math.min(settings.maxInputBytesPerBatch || payloadLimit, payloadLimit);
  const { batchInput } = settings;
  const head = batchInput === undefined ? '{"Items":[' : `{"BatchInput":${JSON.stringify(batchInput)},"Items":[`;
  const empty = Buffer.byteLength(head) + ']}'.length;
  let texts: string[] = [];
  let bytes = empty;
  const batch = (): Batch => ({ input: `${head}${texts.join(',')}]}`, items: texts.length });
  for await (const item of items) {
    const text = JSON.stringify(item);
    const size = Buffer.byteLength(text);
    // A comma before every item but the first.
    if (texts.length > 0 && (texts.length >= maxItems || bytes + 1 + size > maxBytes)) {
      yield batch();
      texts = [];
      bytes = empty;
    }
    bytes += size + (texts.length > 0 ? 1 : 0);
    texts.push(text);
  }
  if (texts.length > 0) yield batch();
}
