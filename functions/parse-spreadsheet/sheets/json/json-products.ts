import { ImportRefusedError, UnsupportedFileTypeError } from '../../../../workflows/errors.ts';
import { type JsonToken, jsonTokens } from './json-tokens.ts';
import { damagedJson, type JsonObject, type JsonValue, ValueBuilder } from './json-value.ts';

/** Names of the list of products in an object around it: Shopify's products.json, and answers of other shops' APIs. */
const lists = new Set(['products', 'items', 'data', 'results', 'records', 'catalog', 'feed', 'entries', 'listings']);

/**
 * The products of a JSON text, whose pieces are never held together: a list of objects, an object around one, or objects
 * one after the other (.jsonl). Throws a subclass of ImportRefusedError.
 */
export async function* readJsonProducts(pieces: AsyncIterable<string>): AsyncGenerator<JsonObject> {
  const finder = new ProductFinder();
  let products = 0;
  try {
    for await (const tokens of jsonTokens(pieces))
      for (const token of tokens) {
        const product = finder.take(token);
        if (product === null) continue;
        products += 1;
        yield product;
      }
  } catch (error) {
    throw error instanceof ImportRefusedError ? error : damagedJson(error, products);
  }
  if (!finder.found) throw noProducts();
}

class ProductFinder {
  /** Whether there was a list of products, or a product. */
  found = false;
  /** The object around everything: a product, unless a list of products is in it. */
  #outer: ValueBuilder | null = null;
  #isAround = false;
  #inList = false;
  #listed: ValueBuilder | null = null;

  /** The product that this token completes. */
  take(token: JsonToken): JsonObject | null {
    if (this.#inList) return this.#takeListed(token);
    if (this.#outer === null) {
      if (token.name === 'startArray') this.#beginList();
      else if (token.name === 'startObject') this.#outer = begun(token);
      else throw noProducts();
      return null;
    }
    if (token.name === 'startArray' && holdsProducts(this.#outer)) {
      this.#isAround = true;
      this.#beginList();
      return null;
    }
    const completed = this.#outer.take(token);
    if (completed === undefined) return null;
    const product = this.#isAround ? null : objectOf(completed);
    this.#outer = null;
    this.#isAround = false;
    this.found ||= product !== null;
    return product;
  }

  #beginList(): void {
    this.#inList = true;
    this.found = true;
  }

  #takeListed(token: JsonToken): JsonObject | null {
    if (this.#listed === null) {
      if (token.name === 'endArray') this.#inList = false;
      else if (token.name === 'startObject') this.#listed = begun(token);
      else throw noProducts();
      return null;
    }
    const completed = this.#listed.take(token);
    if (completed === undefined) return null;
    this.#listed = null;
    return objectOf(completed);
  }
}

function begun(token: JsonToken): ValueBuilder {
  const builder = new ValueBuilder();
  builder.take(token);
  return builder;
}

/** A list under one of the names, in an object that has nothing of a product before it. */
function holdsProducts({ outermost, key }: ValueBuilder): boolean {
  return (
    outermost !== null &&
    lists.has(key.toLowerCase()) &&
    !['sku', 'title', 'handle'].some((name) => outermost.has(name))
  );
}

const objectOf = (value: JsonValue): JsonObject => (value instanceof Map ? value : new Map());

function noProducts(): UnsupportedFileTypeError {
  return new UnsupportedFileTypeError(
    'The JSON is no list of products: expected [{…}, …], {"products": [{…}, …]}, or one product a line.',
  );
}
