const startOfScan = 0xda;

/** APPn and COM segments up to the first scan. ITU-T T.81, B.1.1.4 */
export function* jpegMetadata(bytes: Buffer): Generator<number> {
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === startOfScan) return;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const length = bytes.readUInt16BE(at + 2);
    if ((marker >= 0xe0 && marker <= 0xef) || marker === 0xfe) yield length;
    at += 2 + length;
  }
}
