import { expect, it } from 'vitest';
import { conversionSettingsSchema, outputHash } from '../../../functions/convert-image/conversion-settings.ts';

const defaults = conversionSettingsSchema.parse({});

it('has a default for everything, of which any part can be set alone', () => {
  expect(defaults.renditions).toEqual({ large: { side: 1600, quality: 80 }, thumb: { side: 400, quality: 80 } });
  expect(conversionSettingsSchema.parse(defaults)).toEqual(defaults);
  expect(conversionSettingsSchema.parse({ timeouts: { total: 5 } }).timeouts).toEqual({
    ...defaults.timeouts,
    total: 5,
  });
});

it.each([
  { renditions: { thumb: { side: 100 } } },
  { renditions: { large: { side: 16_384 } } },
  { renditions: { large: { side: 100 }, '../evil': { side: 100 } } },
  { effort: 7 },
  { maxBytes: 0 },
  { timeouts: { total: 0 } },
  { animation: 'loop' },
])('refuses %j', (settings) => {
  expect(conversionSettingsSchema.safeParse(settings).success).toBe(false);
});

it('hashes what changes the output, and nothing else', () => {
  const sha256 = 'ab'.repeat(32);
  const hash = outputHash(sha256, defaults);
  expect(hash).toMatch(/^[0-9a-f]{32}$/);
  expect(outputHash('cd'.repeat(32), defaults)).not.toBe(hash);
  expect(outputHash(sha256, { ...defaults, maxPixels: 1, userAgent: 'x', ports: [80] })).toBe(hash);
  for (const change of [
    { effort: 3 },
    { animation: 'keep' as const },
    { maxFrames: 7 },
    { renditions: { large: { side: 9, quality: 1 } } },
  ]) {
    expect(outputHash(sha256, { ...defaults, ...change })).not.toBe(hash);
  }
});
