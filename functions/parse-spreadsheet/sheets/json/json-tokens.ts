import { getManyValues, type Many, none } from 'stream-chain/defs.js';
import { jsonParser, type Token } from 'stream-json/core/parser.js';

export type JsonToken = Token;

/** The tokens of a JSON text, or of several one after the other, that comes in pieces; strings and numbers come in pieces as well. */
export async function* jsonTokens(pieces: AsyncIterable<string>): AsyncGenerator<JsonToken[]> {
  const parser = jsonParser({ packValues: false, jsonStreaming: true });
  // Its type leaves out that `none` ends the text. https://github.com/uhop/stream-chain/wiki/defs
  const parse = parser as (piece: string | typeof none) => Many<JsonToken> | typeof none;
  const tokensOf = (piece: string | typeof none): JsonToken[] => {
    const tokens = parse(piece);
    return tokens === none ? [] : getManyValues(tokens);
  };
  let first = true;
  for await (const piece of pieces) {
    yield tokensOf(first ? piece.replace(/^\uFEFF/, '') : piece);
    if (piece !== '') first = false;
  }
  yield tokensOf(none);
}
