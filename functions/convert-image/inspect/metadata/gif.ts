const extension = 0x21;
const image = 0x2c;
const graphicControl = 0xf9;

/** Comments, plain text and application extensions. https://www.w3.org/Graphics/GIF/spec-gif89a.txt */
export function* gifMetadata(bytes: Buffer): Generator<number> {
  let at = 13 + colourTable(bytes[10]);
  while (at < bytes.length) {
    const introducer = bytes[at];
    const isExtension = introducer === extension;
    if (!isExtension && introducer !== image) return;
    // An image's descriptor, its colours, and the first code size of its pixels.
    const blocks = isExtension ? at + 2 : at + 11 + colourTable(bytes[at + 9]);
    const end = endOfBlocks(bytes, blocks);
    if (isExtension && bytes[at + 1] !== graphicControl) yield end - blocks;
    at = end;
  }
}

/** Bytes of the table that the packed field of a screen or an image tells of. */
const colourTable = (packed = 0) => (packed & 0x80 ? 3 * (2 << (packed & 7)) : 0);

/** Behind the empty block that ends a sequence of blocks, each with its length in front. */
function endOfBlocks(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== 0) at += 1 + (bytes[at] ?? 0);
  return at + 1;
}
