import type { ConversionSettings } from '../conversion-settings.ts';
import { ImageError } from '../image-error.ts';
import type { ImageFormat } from '../inspect/file-kinds.ts';
import { conversionTime, conversionTimedOut } from './conversion-time.ts';
import { addEndMarker, type EndedJpeg } from './jpeg-end-marker.ts';

/** How libvips and its decoders say that the bytes ended too soon. */
const truncated =
  /premature end|truncated|unexpected end of|not enough data|insufficient input data|end of (file|stream|data)|seek error|got \d+ bytes, expected|cannot read full/i;

/**
 * The rule for damaged files: an image that lacks pixels is refused, since a product picture with a grey half is worse
 * than none, and the file is often complete later. Damage that costs no pixel is read past, as browsers do: a JPEG
 * without its end marker, stray bytes between segments, odd TIFF tags; an animation ends with its last whole frame.
 * Returns how to decode such a file, else null.
 */
export function pastHarmlessDamage(
  error: unknown,
  bytes: Buffer,
  format: ImageFormat,
): (EndedJpeg & { failOn: 'warning' | 'error' }) | null {
  const says = error instanceof Error ? error.message : '';
  if (format === 'jpeg' && /premature end of JPEG image/.test(says)) {
    // With the marker there, only missing pixels still warn.
    const ended = addEndMarker(bytes);
    return ended === null ? null : { ...ended, failOn: 'warning' };
  }
  const harmless = /extraneous bytes before marker|Warning treated as error/.test(says) && !truncated.test(says);
  return harmless ? { bytes, probe: null, failOn: 'error' } : null;
}

/**
 * What sharp's refusal to decode within `time` means. Every error that comes out of a pipeline over hostile bytes is the image's
 * fault; errors of other kinds (a defect of ours) pass.
 */
export function decodingError(
  error: unknown,
  bytes: Buffer,
  format: ImageFormat,
  settings: Pick<ConversionSettings, 'maxPixels' | 'timeouts'>,
  time = conversionTime(settings.timeouts.conversion),
): unknown {
  if (error instanceof ImageError || !(error instanceof Error)) return error;
  if (error instanceof TypeError || error instanceof RangeError) return error;
  // libheif's own retries, one a line, hide what it says in the end.
  const says = error.message
    .replaceAll(/source: bad seek to \d+|\s+/g, ' ')
    .replaceAll(/ +/g, ' ')
    .trim()
    .slice(0, 200);
  if (/timeout/i.test(says)) return conversionTimedOut(time, { cause: error });
  if (/pixel limit/i.test(says)) {
    const message = `The image has more than ${settings.maxPixels} pixels, its frames summed.`;
    return new ImageError('TOO_MANY_PIXELS', message, { cause: error });
  }
  const [, compression] = /(\w+) compression support is not configured/.exec(says) ?? [];
  if (compression !== undefined) {
    const message = `The file is a TIFF image with ${compression} compression; expected JPEG, LZW, deflate or none.`;
    return new ImageError('UNSUPPORTED_FORMAT', message, { cause: error });
  }
  if (truncated.test(error.message) || endsEarly(bytes, format)) {
    return new ImageError('TRUNCATED_IMAGE', `The file ends before its last pixel: ${says}.`, { cause: error });
  }
  return new ImageError('CORRUPT_IMAGE', `The file cannot be decoded: ${says}.`, { cause: error });
}

const endOfImage = Buffer.from([0xff, 0xd9]);
const startOfScan = Buffer.from([0xff, 0xda]);

/**
 * Whether a container says that it goes on beyond its last byte, where the decoder's message doesn't tell. It may also be
 * another image's message: libvips has one error buffer for all threads of a process.
 */
function endsEarly(bytes: Buffer, format: ImageFormat): boolean {
  // Neither marker can occur inside a scan; an embedded thumbnail ends before the image's own scan begins.
  if (format === 'jpeg') return bytes.lastIndexOf(endOfImage) < bytes.lastIndexOf(startOfScan);
  if (format === 'png') return bytes.lastIndexOf('IEND', undefined, 'latin1') === -1;
  if (bytes.length < 12) return true;
  if (format === 'webp') return bytes.readUInt32LE(4) + 8 > bytes.length;
  if (format !== 'tiff') return false;
  const littleEndian = bytes[0] === 0x49;
  if (bytes[2] === 43 || bytes[3] === 43) {
    // BigTIFF has 64 bits for it, after the size of such offsets.
    return bytes.length < 16 || (littleEndian ? bytes.readBigUInt64LE(8) : bytes.readBigUInt64BE(8)) > bytes.length - 8;
  }
  const directory = littleEndian ? bytes.readUInt32LE(4) : bytes.readUInt32BE(4);
  return directory > bytes.length - 8;
}
