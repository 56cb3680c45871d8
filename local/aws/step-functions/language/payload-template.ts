import type { Json, JsonObject } from '../types.ts';
import { StateMachine } from './interpreter.ts';

/** Evaluates a payload template, with its `.$` paths and intrinsic functions, on an input and a context object. */
export type PayloadTemplate = (input: Json, context: JsonObject) => Promise<Json>;

/** The interpreter does not export its evaluation; a Pass state's Parameters are the same thing. */
export function compileTemplate(template: JsonObject): PayloadTemplate {
  const machine = new StateMachine(
    { StartAt: 'Evaluate', States: { Evaluate: { Type: 'Pass', Parameters: template, End: true } } },
    { validationOptions: { noValidate: true } },
  );
  return async (input, context) => {
    try {
      return await machine.run(input, { context }).result;
    } catch (error) {
      throw error instanceof Error && error.cause !== undefined ? error.cause : error;
    }
  };
}

/** Applies an ItemSelector to items as they come. */
export type ItemTemplate = (items: AsyncIterable<Json>, input: Json, context: JsonObject) => AsyncGenerator<Json>;

/**
 * The interpreter copies the whole input each time it evaluates something, so items are evaluated a chunk at a time:
 * one payload holds the template once for each item, its `$$.Map.Item` pointed at that item.
 */
const chunkSize = 250;

export function compileItemTemplate(template: JsonObject): ItemTemplate {
  const payload = (size: number) => {
    const keys = Array.from({ length: size }, (_, index) => `i${index}`);
    return compileTemplate(Object.fromEntries(keys.map((key) => [key, pointAt(template, key)])));
  };
  const full = payload(chunkSize);
  return async function* (items, input, context) {
    let index = 0;
    for await (const chunk of chunks(items)) {
      const entries = chunk.map((Value, n) => [`i${n}`, { Index: index + n, Value }] as const);
      const evaluate = chunk.length === chunkSize ? full : payload(chunk.length);
      const evaluated = await evaluate(input, { ...context, MapItems: Object.fromEntries(entries) });
      yield* Object.values(evaluated as JsonObject);
      index += chunk.length;
    }
  };
}

function pointAt(template: Json, key: string): JsonObject {
  const replace = (name: string, value: unknown) =>
    name.endsWith('.$') && typeof value === 'string' ? value.replaceAll('$$.Map.Item', `$$$$.MapItems.${key}`) : value;
  return JSON.parse(JSON.stringify(template, replace));
}

async function* chunks(items: AsyncIterable<Json>): AsyncGenerator<Json[]> {
  let chunk: Json[] = [];
  for await (const item of items) {
    chunk.push(item);
    if (chunk.length < chunkSize) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
