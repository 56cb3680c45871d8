import { CorruptSpreadsheetError, SpreadsheetTooLargeError } from '../../../../workflows/errors.ts';
import { limits } from '../../limits.ts';
import type { JsonToken } from './json-tokens.ts';

/** A JSON value with the names of objects as data, `__proto__` too, and numbers as they are written. */
export type JsonValue = string | JsonNumber | boolean | null | JsonValue[] | JsonObject;
export type JsonNumber = { digits: string };
export type JsonObject = Map<string, JsonValue>;

/** Deeper is no product that anybody wrote. */
const mostLevels = 32;

type Open = { value: JsonValue[] | JsonObject; key: string };

/** Puts one value together from its tokens, within the limits of one row. */
export class ValueBuilder {
  readonly #open: Open[] = [];
  #text = '';
  #characters = 0;

  /** The object around all others while nothing else is open, and the name in it that waits for its value. */
  get outermost(): JsonObject | null {
    const [open, inner] = this.#open;
    return inner === undefined && open?.value instanceof Map ? open.value : null;
  }
  get key(): string {
    return this.#open.at(-1)?.key ?? '';
  }

  /** The value that this token completes, or undefined. */
  take(token: JsonToken): JsonValue | undefined {
    switch (token.name) {
      case 'startObject':
        return this.#begin(new Map());
      case 'startArray':
        return this.#begin([]);
      case 'endObject':
      case 'endArray':
        return this.#add(this.#open.pop()?.value ?? null);
      case 'startKey':
      case 'startString':
      case 'startNumber':
        this.#text = '';
        return undefined;
      case 'stringChunk':
      case 'numberChunk':
        this.#count(token.value.length);
        this.#text += token.value;
        return undefined;
      case 'endKey':
        return this.#name(this.#text);
      case 'endString':
        return this.#add(this.#cell(this.#text));
      case 'endNumber':
        return this.#add({ digits: this.#cell(this.#text) });
      case 'nullValue':
      case 'trueValue':
      case 'falseValue':
        this.#count(1);
        return this.#add(token.value);
      default:
        return undefined;
    }
  }

  #begin(value: Open['value']): undefined {
    if (this.#open.length === mostLevels)
      throw new SpreadsheetTooLargeError(`The JSON is nested more than ${mostLevels} levels deep.`);
    this.#count(1);
    this.#open.push({ value, key: '' });
  }

  #name(key: string): undefined {
    if (key.length > limits.headerCharacters)
      throw new SpreadsheetTooLargeError(
        `A name in the JSON has ${key.length} characters; at most ${limits.headerCharacters} are accepted.`,
      );
    const open = this.#open.at(-1);
    if (open !== undefined) open.key = key;
  }

  #add(value: JsonValue): JsonValue | undefined {
    const open = this.#open.at(-1);
    if (open === undefined) return value;
    if (Array.isArray(open.value)) open.value.push(value);
    else open.value.set(open.key, value);
    return undefined;
  }

  #cell(text: string): string {
    if (text.length > limits.cellCharacters)
      throw new SpreadsheetTooLargeError(
        `A value in the JSON holds ${text.length} characters; at most ${limits.cellCharacters} are accepted.`,
      );
    return text;
  }

  #count(characters: number): void {
    this.#characters += characters;
    if (this.#characters > limits.rowCharacters)
      throw new SpreadsheetTooLargeError(
        `A product of the JSON has more than ${limits.rowCharacters} characters, which is the most that is accepted.`,
      );
  }
}

/** The value as text: JSON again for objects and lists. */
export function jsonText(value: JsonValue): string {
  if (typeof value === 'string') return value;
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (isNumber(value)) return value.digits;
  return JSON.stringify(plain(value));
}

function plain(value: JsonValue): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, entry]) => [key, plain(entry)]));
  return typeof value === 'object' && value !== null ? cellOf(value) : value;
}

/** A number that JavaScript has exactly, or else its digits. */
export function cellOf({ digits }: JsonNumber): number | string {
  const number = Number(digits);
  const significant = digits.replace(/e.*$/i, '').replace(/\D/g, '').replace(/^0+/, '').length;
  return Number.isFinite(number) && significant <= 15 ? number : digits;
}

export const isNumber = (value: JsonValue): value is JsonNumber =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Map);

/** The error of a text that is no JSON. */
export function damagedJson(error: unknown, products: number): CorruptSpreadsheetError {
  const reason = error instanceof Error ? error.message : String(error);
  return new CorruptSpreadsheetError(
    `The JSON is damaged or cut off after ${products} ${products === 1 ? 'product' : 'products'} (${reason}). Export it again.`,
    { cause: error },
  );
}
