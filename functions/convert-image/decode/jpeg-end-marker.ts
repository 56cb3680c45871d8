const endMarker = Buffer.from([0xff, 0xd9]);
/** Rows that libvips reads at a time. */
const stripRows = 8;

/** A JPEG with the end marker it lacks, and what is to be decoded to find out whether it lacks pixels as well. */
export type EndedJpeg = {
  bytes: Buffer;
  /**
   * libvips looks for the decoder's warnings before each strip, so never at those about the last one: with one strip
   * more it does. Null where the last one is decoded together with the strip before.
   */
  probe: { bytes: Buffer; row: number } | null;
};

/** Null where missing pixels would go unnoticed: arithmetic coding reads on past its end as if all were zero. */
export function addEndMarker(jpeg: Buffer): EndedJpeg | null {
  const bytes = Buffer.concat([jpeg, endMarker]);
  const frame = frameHeader(jpeg);
  if (frame === null || frame.marker >= 0xc9) return null;
  const height = jpeg.readUInt16BE(frame.heightAt);
  const isProgressive = frame.marker > 0xc1;
  const isAlone = (height - 1) % (8 * frame.verticalSampling) < stripRows;
  if (isProgressive || !isAlone || height + stripRows > 0xffff) return { bytes, probe: null };
  const taller = Buffer.from(bytes);
  taller.writeUInt16BE(height + stripRows, frame.heightAt);
  return { bytes, probe: { bytes: taller, row: height + stripRows - 1 } };
}

/** DHT, JPG and DAC stand among the markers of frames. */
const tables = new Set([0xc4, 0xc8, 0xcc]);

/** Where the frame header (SOFn, ITU-T T.81 B.2.2) says what about the image; null where there is none to be found. */
function frameHeader(jpeg: Buffer): { marker: number; heightAt: number; verticalSampling: number } | null {
  let at = 2;
  while (at + 12 < jpeg.length) {
    const marker = jpeg[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && !tables.has(marker);
    if (isFrame) return { marker, heightAt: at + 5, verticalSampling: (jpeg[at + 11] ?? 0) & 15 };
    at += marker === 0xff ? 1 : 2 + jpeg.readUInt16BE(at + 2);
  }
  return null;
}
