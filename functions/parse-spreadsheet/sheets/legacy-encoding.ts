import { createReadStream } from 'node:fs';
import { analyse, type Match } from 'chardet';
import type { LegacyEncoding } from './text-encoding.ts';

/** What chardet calls encodings of which one byte is not one letter. It is sure of these after a few words. */
const multibyte: Record<string, LegacyEncoding> = {
  Shift_JIS: 'shift_jis',
  'EUC-JP': 'euc-jp',
  GB18030: 'gb18030',
  Big5: 'big5',
  'EUC-KR': 'euc-kr',
};
const sure = 80;

/** Encodings of other alphabets, in whose words all letters are beyond ASCII. */
const otherAlphabets: Record<string, LegacyEncoding> = {
  'windows-1251': 'windows-1251',
  'ISO-8859-5': 'windows-1251',
  'KOI8-R': 'koi8-r',
  'windows-1253': 'windows-1253',
  'ISO-8859-7': 'windows-1253',
};

const latin: readonly LegacyEncoding[] = ['windows-1252', 'windows-1250', 'windows-1254'];
/** Romanian is what short French, Spanish and English texts are taken for. */
const centralEuropean = new Set(['pl', 'cs', 'hu']);

const sampleBytes = 64 * 1024;

/**
 * The encoding of a text that is no Unicode. Of encodings with one byte per letter, which differ in a few letters only,
 * the one in which `judge` recognises most of the header is taken; where that does not decide, the letters do.
 */
export async function detectLegacyEncoding(
  path: string,
  judge: (encoding: LegacyEncoding) => number,
): Promise<LegacyEncoding> {
  const sample = await linesBeyondAscii(path);
  const matches = analyse(sample);
  for (const { name, confidence } of matches) {
    const encoding = multibyte[name];
    if (encoding !== undefined && confidence >= sure && decodes(sample, encoding)) return encoding;
  }
  const candidates = inOtherAlphabet(sample) ? [...new Set(Object.values(otherAlphabets))] : latin;
  const scores = candidates.map((encoding) => ({ encoding, score: judge(encoding) }));
  const best = Math.max(...scores.map(({ score }) => score));
  const [first, second] = scores.filter(({ score }) => score === best);
  if (first !== undefined && second === undefined) return first.encoding;
  return candidates === latin ? latinEncoding(sample, matches) : alphabetOf(sample, matches);
}

/** Lines with letters that are not ASCII: what an encoding is known by. */
async function linesBeyondAscii(path: string): Promise<Buffer> {
  const lines: Buffer[] = [];
  let bytes = 0;
  let open = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: sampleBytes })) {
    if (!Buffer.isBuffer(chunk)) continue;
    const text = Buffer.concat([open, chunk]);
    // A line of any length is cut where the chunk ends.
    const end = text.lastIndexOf(10) + 1 || text.length;
    for (let start = 0; start < end; ) {
      const next = text.indexOf(10, start) + 1 || end;
      const line = text.subarray(start, next);
      if (line.some((byte) => byte >= 0x80)) bytes += lines.push(line) && line.length;
      start = next;
    }
    open = text.subarray(end);
    if (bytes >= sampleBytes) break;
  }
  if (open.some((byte) => byte >= 0x80)) lines.push(open);
  return Buffer.concat(lines).subarray(0, sampleBytes);
}

/** False where more than one character of 200 is none in the encoding. */
function decodes(sample: Buffer, encoding: LegacyEncoding): boolean {
  const text = new TextDecoder(encoding).decode(sample, { stream: true });
  return text.split('\uFFFD').length - 1 <= text.length / 200;
}

/** True where nearly all bytes beyond ASCII stand beside another: Latin letters with accents rarely do. */
function inOtherAlphabet(sample: Buffer): boolean {
  let beyond = 0;
  let together = 0;
  for (const [index, byte] of sample.entries()) {
    if (byte < 0x80) continue;
    beyond += 1;
    if ((sample[index - 1] ?? 0) >= 0x80 || (sample[index + 1] ?? 0) >= 0x80) together += 1;
  }
  return together > beyond * 0.8;
}

function alphabetOf(sample: Buffer, matches: readonly Match[]): LegacyEncoding {
  // ά, έ, ή, ί within words: in Windows-1251 these are capitals, Ь to Я.
  const accents = sample.filter(
    (byte, index) => byte >= 0xdc && byte <= 0xdf && (sample[index - 1] ?? 0) >= 0xe0,
  ).length;
  const beyond = sample.filter((byte) => byte >= 0x80).length;
  if (accents * 40 > beyond) return 'windows-1253';
  const found = matches.find(({ name }) => Object.hasOwn(otherAlphabets, name));
  return otherAlphabets[found?.name ?? ''] ?? 'windows-1251';
}

function latinEncoding(sample: Buffer, matches: readonly Match[]): LegacyEncoding {
  const count = (...bytes: number[]) => sample.filter((byte) => bytes.includes(byte)).length;
  const beyond = sample.filter((byte) => byte >= 0x80).length;
  // ğ, ş, ı: the letters of Windows-1254 that are Icelandic in Windows-1252.
  if (count(0xf0, 0xfe) > 0 && count(0xf0, 0xfe, 0xfd) * 4 >= beyond) return 'windows-1254';
  const confidence = (test: (match: Match) => boolean) => matches.find(test)?.confidence ?? 0;
  const central = confidence(({ name, lang }) => /-1250$|-8859-2$/.test(name) && centralEuropean.has(lang ?? ''));
  const western = confidence(({ name }) => /-1252$|-8859-1$/.test(name));
  return central > western ? 'windows-1250' : 'windows-1252';
}
