import { fileTypeFromBuffer } from 'file-type';
import type { FileKind, ImageFormat } from './file-kinds.ts';
import { identifyText } from './text-format.ts';

const decoded: Record<string, ImageFormat> = {
  'image/jpeg': 'jpeg',
  'image/png': 'png',
  // Animated PNG: the first frame is a PNG.
  'image/apng': 'png',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/avif': 'avif',
  'image/tiff': 'tiff',
};

const names: Record<string, string> = {
  'application/pdf': 'a PDF document',
  'application/zip': 'a ZIP archive',
  'image/bmp': 'a BMP image',
  'image/heic': 'a HEIC image',
  'image/heic-sequence': 'a HEIC image',
  'image/heif': 'a HEIF image',
  'image/heif-sequence': 'a HEIF image',
  'image/icns': 'an ICNS icon',
  'image/jp2': 'a JPEG 2000 image',
  'image/jpm': 'a JPEG 2000 image',
  'image/jpx': 'a JPEG 2000 image',
  'image/jxl': 'a JPEG XL image',
  'image/vnd.adobe.photoshop': 'a Photoshop document',
  'image/x-icon': 'an ICO icon',
  'video/mp4': 'an MP4 video',
  'video/quicktime': 'a QuickTime video',
  'video/webm': 'a WebM video',
};

/** Bytes that are looked at: enough for every signature, too few for an archive to unpack anything. */
const sampleBytes = 4100;

/** What a file is by its bytes, whatever its name and Content-Type say. */
export async function identifyFile(bytes: Buffer): Promise<FileKind> {
  const text = identifyText(bytes.subarray(0, sampleBytes));
  if (text !== null) return text;
  if (isAvif(bytes)) return { kind: 'image', format: 'avif' };
  const mime = await signature(bytes);
  if (mime === undefined) return { kind: 'other', name: 'of no known kind' };
  const format = decoded[mime];
  if (format !== undefined) return { kind: 'image', format };
  return { kind: 'other', name: names[mime] ?? `of type ${mime}` };
}

/** Some encoders call AVIF by its container's general brand and name `avif` among the compatible ones only. */
function isAvif(bytes: Buffer): boolean {
  if (bytes.toString('latin1', 4, 8) !== 'ftyp') return false;
  const brands = bytes.toString('latin1', 8, Math.min(bytes.readUInt32BE(0), 256)).match(/.{4}/gs) ?? [];
  return brands.some((brand) => brand === 'avif' || brand === 'avis');
}

async function signature(bytes: Buffer): Promise<string | undefined> {
  // A TIFF's directory, which tells it from camera files made of TIFF, may stand at its end.
  const isTiff = /^(II[*+]\0|MM\0[*+])/.test(bytes.toString('latin1', 0, 4));
  try {
    const type = await fileTypeFromBuffer(isTiff ? bytes : bytes.subarray(0, sampleBytes));
    return type?.mime ?? (isTiff ? 'image/tiff' : undefined);
  } catch {
    // It reads on past the end of some containers.
    return isTiff ? 'image/tiff' : undefined;
  }
}
