const pixels = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF']);

/** Chunks of the RIFF container that hold no pixels. https://developers.google.com/speed/webp/docs/riff_container */
export function* webpMetadata(bytes: Buffer): Generator<number> {
  let at = 12;
  while (at + 8 <= bytes.length) {
    const size = bytes.readUInt32LE(at + 4);
    if (!pixels.has(bytes.toString('latin1', at, at + 4))) yield Math.min(size, bytes.length - at);
    at += 8 + size + (size % 2);
  }
}
