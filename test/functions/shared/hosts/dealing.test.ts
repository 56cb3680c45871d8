import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dealBatches, takeSize } from '../../../../functions/shared/hosts/dealing.ts';
import { startingPace } from '../../../../functions/shared/hosts/pace.ts';

/** Share of the lanes' time that they are idle while each takes the next batch as soon as it is free. */
function idleShare(sizes: readonly number[], lanes: number): number {
  const free = Array.from({ length: lanes }, () => 0);
  for (const size of sizes) {
    free.sort((a, b) => a - b);
    free[0] = (free[0] ?? 0) + size;
  }
  const end = Math.max(...free);
  return free.reduce((total, time) => total + end - time, 0) / (end * lanes);
}

describe('batches of a Take', () => {
  it('shrink towards the end, and hold each image once', () => {
    const numbers = fc.tuple(
      fc.integer({ min: 1, max: 30_000 }),
      fc.integer({ min: 1, max: 128 }),
      fc.integer({ min: 1, max: 60 }),
    );
    fc.assert(
      fc.property(numbers, ([images, lanes, most]) => {
        const sizes = dealBatches(images, lanes, most);
        expect(sizes.reduce((total, size) => total + size, 0)).toBe(images);
        expect(Math.max(...sizes)).toBeLessThanOrEqual(most);
        expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
      }),
    );
  });

  it.each([8, 16, 64])(
    'of two minutes leave %i lanes idle for less than 5 %% of the time, in at most 40 writes per 1,000',
    (lanes) => {
      const images = (lanes * 120) / 0.6;
      const sizes = dealBatches(images, lanes, 60);
      expect(idleShare(sizes, lanes)).toBeLessThan(0.05);
      expect((1000 * sizes.length) / images).toBeLessThanOrEqual(40);
    },
  );

  it('give each lane one of a few images', () => {
    expect(dealBatches(6, 8, 60)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(dealBatches(1, 64, 60)).toEqual([1]);
    expect(dealBatches(0, 8, 60)).toEqual([]);
  });
});

describe('the size of a Take', () => {
  const known = { ...startingPace, lanes: 64 };
  const props = { pace: known, most: 64, lanes: 64, waiting: 0, owed: 80_000, imageSeconds: 0.6, batchSize: 60 };
  it.each([
    ['four minutes of work', {}, 27_733, 60],
    ['half a minute where others wait', { waiting: 3 }, 3200, 60],
    ['ten seconds where many do', { waiting: 1000 }, 1067, 60],
    ['less than half a minute where more do than there are lanes', { waiting: 101 }, 2027, 60],
    ['four seconds while the pace is learnt', { pace: startingPace, lanes: 8 }, 53, 60],
    ['as little for one of many who learn it together', { pace: startingPace, lanes: 2, inUse: 8 }, 13, 60],
    ['all of few images: their pace is not worth learning', { pace: startingPace, lanes: 8, owed: 200 }, 3467, 60],
    ['four minutes where the pace is not used', { pace: { ...startingPace, lanes: 16 }, lanes: 8 }, 3467, 60],
    ['four minutes where a supplier allows no more', { pace: startingPace, lanes: 4, most: 4 }, 1733, 60],
    ['1.3 seconds an image where nothing is known', { pace: startingPace, lanes: 8, imageSeconds: null }, 25, 30],
    [
      'half a minute where a host may queue',
      { pace: { ...startingPace, lanes: 16, bestMilliseconds: 100 }, lanes: 16 },
      800,
      60,
    ],
    [
      'half a minute while the pace settles after strain',
      { pace: { lanes: 16, bestMilliseconds: 100, ceiling: 32, calm: 0 }, lanes: 16 },
      800,
      60,
    ],
    [
      'four minutes once it has',
      { pace: { lanes: 30, bestMilliseconds: 100, ceiling: 32, calm: 3 }, lanes: 30 },
      13_000,
      60,
    ],
    ['slow images in small batches', { imageSeconds: 20 }, 832, 2],
    ['one image a lane where one takes longer than that', { imageSeconds: 400 }, 64, 1],
  ])('is %s', (_, changed, images, batch) => {
    const asked = { ...props, ...changed };
    const size = takeSize({ inUse: asked.lanes, ...asked });
    expect(size).toMatchObject({ images, batch });
    // What is not begun by a time in whole milliseconds is handed out anew.
    expect(Number.isInteger(size.seconds)).toBe(true);
  });
});
