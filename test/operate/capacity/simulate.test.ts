import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultSettings, type Settings } from '../../../infrastructure/settings/settings.ts';
import { importCosts, monthlyCosts, total } from '../../../operate/capacity/cost.ts';
import { limitsOf } from '../../../operate/capacity/limits.ts';
import { hostKinds, type Scenario, scenarioSchema } from '../../../operate/capacity/scenario.ts';
import { simulate } from '../../../operate/capacity/simulation/simulate.ts';

const runWith = (scenario: Partial<Scenario>, images: Partial<Settings['images']> = {}) =>
  simulate(scenarioSchema.parse(scenario), { ...defaultSettings, images: { ...defaultSettings.images, ...images } });
/** 5,000 images of one import. */
const small = { products: 500, imagesPerProduct: 10 };

it('gives the same run for the same seed, and another for another', () => {
  const seconds = [1, 1, 2].map((seed) => runWith({ ...small, seed }).seconds);
  expect(seconds[0]).toBe(seconds[1]);
  expect(seconds[0]).not.toBe(seconds[2]);
});

describe('whatever is imported, and whatever the hosts are', () => {
  const scenarios = fc.record({
    products: fc.integer({ min: 1, max: 60 }),
    imagesPerProduct: fc.integer({ min: 0, max: 6 }),
    imports: fc.integer({ min: 0, max: 5 }),
    hosts: fc.integer({ min: 1, max: 12 }),
    hostKind: fc.constantFrom(...hostKinds),
    overHours: fc.constantFrom(0, 3),
    due: fc.integer({ min: 0, max: 60 }),
    maxConcurrency: fc.option(fc.integer({ min: 1, max: 9 })),
    imageSeconds: fc.double({ min: 0.05, max: 3, noNaN: true }),
  });
  const pace = fc.record({
    mostPerHost: fc.integer({ min: 1, max: 80 }),
    mostLanes: fc.integer({ min: 1, max: 20 }),
    hostsAtOnce: fc.integer({ min: 1, max: 5 }),
    batchSize: fc.integer({ min: 1, max: 60 }),
  });

  it('no image and no chunk is lost, and no limit is passed', () => {
    fc.assert(
      fc.property(scenarios, pace, (scenario, images) => {
        const run = runWith(scenario, images);
        const all = scenario.due + scenario.imports * scenario.products * scenario.imagesPerProduct;
        expect(run.images.all).toHaveLength(all);
        expect(run.images.converted + run.images.givenUp).toBe(all);
        expect([run.left.images, run.left.chunks, run.failedImports]).toEqual([run.images.givenUp, 0, 0]);
        expect(run.bounds.overLanes).toBeLessThanOrEqual(0);
        expect(run.bounds.writers).toBeLessThanOrEqual(defaultSettings.database.mostWriters);
        expect(run.functions['convert-image'].peak).toBeLessThanOrEqual(images.mostLanes);
        for (const host of run.hosts.values()) {
          expect(host.peak).toBeLessThanOrEqual(Math.max(images.mostPerHost, scenario.maxConcurrency ?? 0));
          expect([host.inFlight, host.broken]).toEqual([0, 0]);
        }
        for (const { peak } of run.imports.map(({ hosts }) => hosts))
          expect(peak).toBeLessThanOrEqual(images.hostsAtOnce);
      }),
      { numRuns: 40 },
    );
  });
});

it('fails no import of many large files, whose writers are within the budget', () => {
  const run = runWith({ products: 2000, imports: 40, converted: true });
  expect([run.failedImports, run.left.chunks]).toEqual([0, 0]);
  expect(run.functions['write-products'].throttles).toBe(0);
  expect(run.bounds.writers).toBeLessThanOrEqual(defaultSettings.database.mostWriters);
});

it('fails imports that Lambda does not let in for long, and says so', () => {
  const database = { ...defaultSettings.database, stateConcurrency: 1 };
  const scenario = scenarioSchema.parse({ products: 1, imagesPerProduct: 0, imports: 2000, overHours: 0.01 });
  const run = simulate(scenario, { ...defaultSettings, database });
  expect(run.failedImports).toBeGreaterThan(0);
  expect(run.imports.every(({ hasEnded }) => hasEnded)).toBe(true);
});

it('asks again itself for what a host has refused, and leaves none of it to the sweeps', () => {
  const run = runWith({ ...small, hosts: 1, hostKind: 'rate-limited' });
  const [host] = run.hosts.values();
  expect(host?.refused).toBeGreaterThan(0);
  expect(host?.broken).toBe(0);
  expect(run.sweeps.images).toBe(0);
  expect(run.left.images).toBe(0);
});

it('sweeps a backlog until nothing is due', () => {
  const run = runWith({ imports: 0, due: 3000, hosts: 1 });
  expect(run.images.converted).toBe(3000);
  expect(run.seconds).toBe(run.sweptSeconds);
  expect(run.sweeps.count).toBeGreaterThan(1);
});

it('starts imports as they come over the day', () => {
  const run = runWith({ products: 10, imports: 4, overHours: 8 });
  expect(run.seconds).toBeGreaterThan(6 * 3600);
  expect(Math.max(...run.imports.map(({ seconds }) => seconds))).toBeLessThan(600);
});

describe('time', () => {
  it('is never less than the hosts allow', () => {
    const { phases } = runWith({ ...small, hosts: 2, maxConcurrency: 8 });
    expect(phases.convert).toBeGreaterThan((5000 * 0.6) / 16);
    expect(phases.convert).toBeLessThan(((5000 * 0.6) / 16) * 2);
  });

  it('shrinks where suppliers allow more and that is what limits, and not where it is not', () => {
    const seconds = (maxConcurrency: number, mostLanes?: number) =>
      runWith({ ...small, hosts: 2, maxConcurrency }, mostLanes ? { mostLanes } : {}).phases.convert;
    expect(seconds(8)).toBeLessThan(seconds(4) * 0.65);
    expect(seconds(8, 4)).toBeGreaterThan(seconds(4, 4) * 0.9);
  });

  it('is shared by imports that want the same host', () => {
    const alone = runWith({ ...small, hosts: 1 }, { mostPerHost: 8 }).phases.convert;
    const together = runWith({ ...small, hosts: 1, imports: 4 }, { mostPerHost: 8 }).phases.convert;
    expect(together).toBeGreaterThan(alone * 3);
  });

  it('grows where memory leaves less than a processor', () => {
    const whole = runWith({ ...small, networkShare: 0 }, { memoryMegabytes: 1769, mostPerHost: 8 }).phases.convert;
    const half = runWith({ ...small, networkShare: 0 }, { memoryMegabytes: 885, mostPerHost: 8 }).phases.convert;
    expect(half).toBeGreaterThan(whole * 1.4);
  });
});

describe('cost', () => {
  const lines = Object.fromEntries(
    importCosts(runWith({ ...small, imageSeconds: 1, spread: 0, networkShare: 1 })).map(({ what, dollars }) => [
      what,
      dollars,
    ]),
  );

  it('of convert-image is its GB-seconds and requests', () => {
    // 5,000 s and some 500 cold starts of 1.5 s at 1,769 MB, and 5,000 requests.
    const atLeast = 5000 * (1769 / 1024) * 0.0000133334 + 5000 * 0.0000002;
    expect(lines['Lambda convert-image']).toBeGreaterThan(atLeast);
    expect(lines['Lambda convert-image']).toBeLessThan(atLeast * 1.2);
  });

  it('of S3 is two renditions an image and some files', () => {
    expect(lines['S3 PUT']).toBeGreaterThan((10_000 * 0.005) / 1000);
    expect(lines['S3 PUT']).toBeLessThan((10_600 * 0.005) / 1000);
  });

  it('of a month has the database and the network whether or not anything runs', () => {
    const idle = monthlyCosts(runWith({ products: 1, importsPerDay: 0 }));
    expect(idle.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['RDS m8g.large, 2 × instance', 'gp3, 2 × 400 GiB', 'interface endpoints']),
    );
    expect(total(idle)).toBeGreaterThan(300);
  });
});

it('lists the limits with what was allowed and used', () => {
  const limits = limitsOf(runWith({ ...small, hosts: 50 }, { mostLanes: 10 }));
  const named = (start: string) => limits.find(({ name }) => name.startsWith(start));
  expect(named('images converted at once')).toMatchObject({ peak: 10, allowed: 10 });
  expect(named('database connections')?.allowed).toBeGreaterThan(500);
});
