import { constants, inflateSync } from 'node:zlib';

/** No stream of deflate unpacks to more. https://zlib.net/zlib_tech.html */
const greatestRatio = 1032;

/** Critical chunks, and those of an animation, which are skipped. */
const pixels = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'acTL', 'fcTL', 'fdAT']);

/** What stands before the compressed part of a chunk. https://www.w3.org/TR/png-3/#11textinfo */
const compressed = new Map<string, (data: Buffer) => number | null>([
  ['iCCP', behindKeyword],
  ['zTXt', behindKeyword],
  ['iTXt', behindTranslation],
]);

/** Ancillary chunks, compressed ones as unpacked. */
export function* pngMetadata(bytes: Buffer, limit: number): Generator<number> {
  let at = 8;
  while (at + 8 <= bytes.length) {
    const size = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    const data = bytes.subarray(at + 8, at + 8 + size);
    if (!pixels.has(type)) yield data.length + unpackedSize(data, compressed.get(type)?.(data) ?? null, limit);
    at += 12 + size;
  }
}

/** Of what begins at `from`; of a damaged stream what it could be. */
function unpackedSize(data: Buffer, from: number | null, limit: number): number {
  if (from === null) return 0;
  const packed = data.subarray(from);
  try {
    return inflateSync(packed, { maxOutputLength: limit + 1, finishFlush: constants.Z_SYNC_FLUSH }).length;
  } catch {
    return packed.length * greatestRatio;
  }
}

/** Keyword, NUL, one byte for the method. */
function behindKeyword(data: Buffer): number | null {
  const end = data.indexOf(0);
  return end === -1 ? null : end + 2;
}

/** Keyword, NUL, whether it is compressed, method, language, NUL, translated keyword, NUL. */
function behindTranslation(data: Buffer): number | null {
  const end = data.indexOf(0);
  if (end === -1 || data[end + 1] !== 1) return null;
  const language = data.indexOf(0, end + 3);
  const keyword = language === -1 ? -1 : data.indexOf(0, language + 1);
  return keyword === -1 ? null : keyword + 1;
}
