import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { StateError } from '../errors.ts';
import type { Json } from '../types.ts';
import type { MapSettings } from './distributed-map-definition.ts';

/**
 * The items of a Distributed Map: a JSONL object line by line, a JSON object that is one array, or the array in the
 * state's input. Throws States.ItemReaderFailed where the object cannot be read as what it should be.
 */
export async function* readItems(
  settings: MapSettings,
  inputType: 'JSON' | 'JSONL' | undefined,
  input: Json,
  s3: S3Client,
): AsyncGenerator<Json> {
  const limit = settings.maxItems === 0 ? Number.POSITIVE_INFINITY : settings.maxItems;
  let count = 0;
  const items = settings.reader === undefined ? arrayOf(settings.items ?? input) : read(settings.reader, inputType, s3);
  for await (const item of items) {
    if (count >= limit) return;
    count += 1;
    yield item;
  }
}

function arrayOf(value: Json): Json[] {
  if (Array.isArray(value)) return value;
  throw new StateError('States.Runtime', 'The items of the Map state are not an array');
}

async function* read(
  object: NonNullable<MapSettings['reader']>,
  inputType: 'JSON' | 'JSONL' | undefined,
  s3: S3Client,
): AsyncGenerator<Json> {
  const place = `s3://${object.Bucket}/${object.Key}`;
  try {
    const { Body } = await s3.send(new GetObjectCommand(object));
    if (!(Body instanceof Readable)) throw new Error('S3 sent no body');
    if (inputType === 'JSONL') return yield* linesOf(Body);
    const items: unknown = JSON.parse(await text(Body));
    if (!Array.isArray(items)) throw new Error('the object is not a JSON array');
    yield* items;
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new StateError('States.ItemReaderFailed', `Cannot read items from ${place}: ${reason}`, { cause: error });
  }
}

async function* linesOf(body: Readable): AsyncGenerator<Json> {
  let number = 0;
  for await (const line of splitLines(body)) {
    number += 1;
    if (line.trim() !== '') yield parseLine(line, number);
  }
}

/** Not node:readline, which also ends lines at U+2028 and U+2029: JSON text may hold those as they are. */
async function* splitLines(body: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  yield rest + decoder.decode();
}

function parseLine(line: string, number: number): Json {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new Error(`line ${number} is not JSON`, { cause: error });
  }
}
