import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultSettings, type Settings } from '../../../infrastructure/settings/settings.ts';
import { importCosts, monthlyCosts, total } from '../../../operate/capacity/cost.ts';
import { limitsOf } from '../../../operate/capacity/limits.ts';
import { type Scenario, scenarioSchema } from '../../../operate/capacity/scenario.ts';
import { simulate } from '../../../operate/capacity/simulation/simulate.ts';

const run = (scenario: Partial<Scenario>, images: Partial<Settings['images']> = {}) =>
  simulate(scenarioSchema.parse(scenario), { ...defaultSettings, images: { ...defaultSettings.images, ...images } });
/** 5,000 images of one import. */
const small = { products: 500, imagesPerProduct: 10 };

it('gives the same run for the same seed, and another for another', () => {
  const seconds = [1, 1, 2].map((seed) => run({ ...small, seed }).seconds);
  expect(seconds[0]).toBe(seconds[1]);
  expect(seconds[0]).not.toBe(seconds[2]);
});

it('converts every image once, within every limit, whatever is imported', () => {
  const scenarios = fc.record({
    products: fc.integer({ min: 1, max: 60 }),
    imagesPerProduct: fc.integer({ min: 0, max: 6 }),
    imports: fc.integer({ min: 1, max: 5 }),
    hosts: fc.integer({ min: 1, max: 12 }),
    hostLimit: fc.integer({ min: 1, max: 9 }),
    imageSeconds: fc.double({ min: 0.05, max: 3, noNaN: true }),
  });
  const pace = fc.record({
    mostLanes: fc.integer({ min: 1, max: 20 }),
    batchSize: fc.integer({ min: 1, max: 40 }),
  });
  fc.assert(
    fc.property(scenarios, pace, (scenario, images) => {
      const { converted, left, hosts, functions, imports } = run(scenario, images);
      expect(converted.total + left.images).toBe(scenario.imports * scenario.products * scenario.imagesPerProduct);
      expect(left).toEqual({ images: 0, chunks: 0 });
      for (const { peak, taken } of hosts) expect([peak <= scenario.hostLimit, taken]).toEqual([true, 0]);
      for (const { children } of imports) expect(children.peak).toBeLessThanOrEqual(images.mostLanes);
      expect(functions.convertImage.peak).toBeLessThanOrEqual(scenario.hosts * scenario.hostLimit);
    }),
    { numRuns: 60 },
  );
});

describe('time', () => {
  it('is never less than the hosts allow', () => {
    const { phases } = run({ ...small, hosts: 2, hostLimit: 8, imageSeconds: 0.6 });
    expect(phases.convert).toBeGreaterThan((5000 * 0.6) / 16);
    expect(phases.convert).toBeLessThan(((5000 * 0.6) / 16) * 2);
  });

  it('shrinks with a higher host limit where hosts are what limits', () => {
    const before = run({ ...small, hosts: 2, hostLimit: 4 }).phases.convert;
    const after = run({ ...small, hosts: 2, hostLimit: 8 }).phases.convert;
    expect(after).toBeLessThan(before * 0.65);
  });

  it('does not shrink with a higher host limit where the map is what limits', () => {
    const before = run({ ...small, hosts: 50 }, { mostLanes: 10 }).phases.convert;
    const after = run({ ...small, hosts: 50, hostLimit: 16 }, { mostLanes: 10 }).phases.convert;
    expect(after).toBeGreaterThan(before * 0.9);
  });

  it('is shared by imports that want the same host', () => {
    const one = run({ products: 100, hosts: 1, imports: 1 }).phases.convert;
    const four = run({ products: 100, hosts: 1, imports: 4 }).phases.convert;
    expect(four).toBeGreaterThan(one * 3);
  });

  it('grows where memory leaves less than a processor', () => {
    const whole = run({ ...small, networkShare: 0 }, { memoryMegabytes: 1769 }).phases.convert;
    const half = run({ ...small, networkShare: 0 }, { memoryMegabytes: 885 }).phases.convert;
    expect(half).toBeGreaterThan(whole * 1.4);
  });
});

it('postpones what a batch has no time for, to the next round', () => {
  const { rounds, express, converted, functions } = run({
    products: 16,
    hosts: 1,
    hostLimit: 4,
    imageSeconds: 8,
    spread: 0,
  });
  expect(converted.total).toBe(160);
  // 80 s for images of 8 s: some ten of the forty that a lane was given.
  expect(rounds.count).toBeGreaterThan(3);
  expect(express.longestSeconds).toBeLessThan(100);
  expect(functions.convertImage.invocations).toBeGreaterThan(160);
});

it('leaves images to a sweep where Lambda throttles beyond all retries', () => {
  const { left, converted, functions } = run({ ...small, imageSeconds: 30 }, { reservedConcurrency: 3 });
  expect(functions.convertImage.peak).toBe(3);
  expect(left.images).toBeGreaterThan(0);
  expect(converted.total + left.images).toBe(5000);
});

describe('cost', () => {
  const lines = Object.fromEntries(
    importCosts(run({ ...small, imageSeconds: 1, spread: 0, networkShare: 1 })).map(({ what, dollars }) => [
      what,
      dollars,
    ]),
  );

  it('of convert-image is its GB-seconds and requests', () => {
    // 5,000 s and up to 160 cold starts of 1.5 s at 1,769 MB, and 5,000 requests.
    const atLeast = 5000 * (1769 / 1024) * 0.0000133334 + 5000 * 0.0000002;
    expect(lines['Lambda convert-image']).toBeGreaterThan(atLeast);
    expect(lines['Lambda convert-image']).toBeLessThan(atLeast * 1.06);
  });

  it('of S3 is two renditions an image and some files', () => {
    expect(lines['S3 PUT']).toBeCloseTo((10_000 * 0.005) / 1000, 3);
  });

  it('of a month has the database and the network whether or not anything runs', () => {
    const idle = monthlyCosts(run({ products: 1, importsPerDay: 0 }));
    expect(idle.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['RDS m8g.large, 2 × instance', 'gp3, 2 × 400 GiB', 'interface endpoints']),
    );
    expect(total(idle)).toBeGreaterThan(300);
  });
});

it('lists the limits with what was allowed and used', () => {
  const limits = limitsOf(run({ ...small, hosts: 50 }, { mostLanes: 10 }));
  expect(limits[0]).toMatchObject({ name: expect.stringContaining('images.mostLanes'), peak: 10, allowed: 10 });
  expect(limits.find(({ name }) => name.startsWith('database connections'))?.allowed).toBeGreaterThan(500);
});
