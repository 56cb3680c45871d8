/**
 * Converts files of one format (first argument) with much metadata of all kinds, so many of them (second argument), one
 * after the other as a Lambda does, and prints what became of them and the process's peak memory: in a process of its
 * own, since memory is not given back.
 */
import { readFile } from 'node:fs/promises';
import { resourceUsage } from 'node:process';
import fc from 'fast-check';
import { conversionSettingsSchema } from '../../../../functions/convert-image/conversion-settings.ts';
import { convertImage } from '../../../../functions/convert-image/convert-image.ts';
import { restrictDecoders } from '../../../../functions/convert-image/decode/decoders.ts';
import { imageItem } from '../../../support/hostile-cdn-client.ts';
import { type HeavyFile, heavyFiles } from './heavy-files/heavy-files.ts';
import '../../../support/property-seed.ts';

const [format = '', runs = '1'] = process.argv.slice(2);
const kinds: HeavyFile[] = Object.entries(heavyFiles).flatMap(([name, files]) =>
  name === format ? Object.values(files) : [],
);
restrictDecoders();
const settings = conversionSettingsSchema.parse({});
const results: Record<string, number> = {};

async function convert(bytes: Buffer): Promise<void> {
  if (bytes.length > settings.maxBytes) return;
  const outcome = await convertImage(imageItem('https://cdn.example.com/a'), {
    settings,
    baseUrl: 'https://images.example.com',
    fetchImage: async () => ({ status: 'fetched', bytes, etag: null, lastModified: null }),
    writeRendition: async () => {},
  });
  const result = outcome.status === 'failed' ? outcome.code : outcome.status;
  results[result] = (results[result] ?? 0) + 1;
}

/** As many pieces as fit into a file that is read at all. */
function makeFile([{ make, bomb }, count, size]: [HeavyFile, number, number]): Buffer {
  const fitting = Math.floor(settings.maxBytes / (size + 400));
  return make(bomb ? count : Math.max(1, Math.min(count, fitting)), size);
}

const count = fc.oneof(fc.constantFrom(1, 90, 400, 990), fc.nat(1000));
const size = fc.oneof(fc.constantFrom(100, 60_000, 8_000_000, 28_000_000), fc.nat(28_000_000));
const file = fc.tuple(fc.constantFrom(...kinds), count, size).map(makeFile);
const damage = fc.array(fc.tuple(fc.nat(4000), fc.nat(255)), { maxLength: 3 });
const property = fc.asyncProperty(file, damage, async (bytes, places) => {
  for (const [at, value] of places) bytes[Math.min(12 + at, bytes.length - 1)] = value;
  await convert(bytes);
});
for (const kind of kinds) {
  await convert(makeFile([kind, 1, 20_000_000]));
  await convert(makeFile([kind, 99, 1_000_000]));
  await convert(makeFile([kind, 990, 8_000_000]));
}
await fc.assert(property, { numRuns: Number(runs) });

// Of this process alone: maxrss of a child begins with its parent's.
const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
const kilobytes = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? resourceUsage().maxRSS);
process.stdout.write(JSON.stringify({ results, peakMegabytes: Math.round(kilobytes / 1024) }));
