import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  firstLanes,
  isInDoubt,
  isSettling,
  nextPace,
  type Observation,
  type Pace,
  resumedPace,
  startingPace,
  weightedMedian,
} from '../../../../functions/shared/hosts/pace.ts';

const most = 64;
const allWell = (lanes: number): Observation => ({
  lanes,
  requests: 50 * lanes,
  rateLimited: 0,
  unavailable: 0,
  firstByteMilliseconds: 100,
});

describe('the pace of a host', () => {
  it('doubles from 8 up to the most while the host shows no strain', () => {
    const paces = [startingPace];
    for (let take = 0; take < 4; take += 1) {
      const pace = paces.at(-1) ?? startingPace;
      paces.push(nextPace(pace, allWell(pace.lanes), most));
    }
    expect(paces.map(({ lanes }) => lanes)).toEqual([8, 16, 32, 64, 64]);
  });

  it.each([
    ['429s', { rateLimited: 40 }, 16],
    ['12 of 429 among 1,600 requests', { rateLimited: 12 }, 16],
    ['11 of them, which may be chance', { rateLimited: 11 }, 32],
    ['one of them', { rateLimited: 1 }, 32],
    ['one of few', { requests: 30, rateLimited: 1 }, 32],
    ['two of few', { requests: 30, rateLimited: 2 }, 16],
    ['503 and time-outs', { unavailable: 400 }, 16],
    ['a first byte that takes more than twice as long', { firstByteMilliseconds: 220 }, 16],
    ['the same of few requests, which may be chance', { firstByteMilliseconds: 220, requests: 70 }, 32],
    ['a first byte that takes 1.6 times as long', { firstByteMilliseconds: 160 }, 32],
    ['a stray 503', { unavailable: 1 }, 64],
    ['5 % of 503', { unavailable: 80 }, 64],
    ['too few requests to tell', { requests: 40 }, 32],
  ])('after %s goes from 32 to what it bears', (_, seen, lanes) => {
    const pace: Pace = { ...startingPace, lanes: 32, bestMilliseconds: 100, calm: 1 };
    expect(nextPace(pace, { ...allWell(32), ...seen }, most).lanes).toBe(lanes);
  });

  it.each([
    ['more than chance', 32, { rateLimited: 8 }, 28],
    ['what may be chance', 32, { rateLimited: 6 }, 38],
    ['of few lanes, whom a lower pace would hardly help', 8, { requests: 400, rateLimited: 5 }, 10],
    ['too many of few lanes', 8, { requests: 400, rateLimited: 8 }, 7],
    ['the only one of a short Take', 32, { requests: 64, rateLimited: 1 }, 28],
  ])('after strain, of %s at %i lanes', (_, lanes, seen, next) => {
    const pace: Pace = { lanes, bestMilliseconds: 100, ceiling: 40, calm: 1 };
    expect(nextPace(pace, { ...allWell(lanes), ...seen }, most).lanes).toBe(next);
  });

  it('comes down where one 429 ends each Take, since its Retry-After is long', () => {
    const once: Observation = { ...allWell(most), requests: most, rateLimited: 1 };
    const pace = { ...startingPace, lanes: most, bestMilliseconds: 100, calm: 1 };
    // Too little to tell: it is kept until the next.
    expect(nextPace(pace, once, most)).toEqual(pace);
    const doubted = nextPace(pace, { ...once, requests: 2 * most, rateLimited: 2 }, most);
    expect([doubted.lanes, isInDoubt(doubted)]).toEqual([most, true]);
    expect(nextPace(doubted, once, most).lanes).toBe(most / 2);
  });

  it('does not doubt its most for a few 429s', () => {
    const pace = { ...startingPace, lanes: most, bestMilliseconds: 100, calm: 1 };
    expect(isInDoubt(nextPace(pace, { ...allWell(most), rateLimited: 4 }, most))).toBe(false);
    expect(isInDoubt(nextPace(pace, { ...allWell(most), rateLimited: 12 }, most))).toBe(true);
  });

  it('grows by a quarter at most after strain, slowly past what was too much, and faster the longer that goes well', () => {
    let pace: Pace = { lanes: 16, bestMilliseconds: 100, ceiling: 32, calm: 0 };
    const lanes = [pace.lanes];
    while (pace.lanes < most && lanes.length < 30) {
      pace = nextPace(pace, allWell(pace.lanes), most);
      lanes.push(pace.lanes);
    }
    for (const [index, now] of lanes.slice(1).entries()) expect(now).toBeLessThanOrEqual((lanes[index] ?? 0) * 1.25);
    expect(lanes.slice(0, 5)).toEqual([16, 20, 25, 30, 30]);
    expect(lanes.at(-1)).toBe(most);
    expect(lanes.length).toBeLessThan(15);
  });

  it('stops doubling where a queue begins, and goes on by a quarter once that is gone', () => {
    const queueing = { ...allWell(16), firstByteMilliseconds: 170 };
    const doubted = nextPace({ ...startingPace, lanes: 16, bestMilliseconds: 100, calm: 1 }, queueing, most);
    expect(doubted.lanes).toBe(16);
    const held = nextPace(doubted, queueing, most);
    expect(held.lanes).toBe(16);
    expect(nextPace(held, queueing, most).lanes).toBe(16);
    expect(nextPace(held, allWell(16), most).lanes).toBe(20);
  });

  it('goes on doubling where a longer Take has no more 429s than chance would have', () => {
    const one = { ...allWell(16), rateLimited: 1 };
    const doubted = nextPace({ ...startingPace, lanes: 16, bestMilliseconds: 100, calm: 1 }, one, most);
    expect(isInDoubt(doubted)).toBe(true);
    expect(nextPace(doubted, one, most).lanes).toBe(32);
  });

  it('goes on doubling where a longer Take shows no queue', () => {
    const pace: Pace = { ...startingPace, lanes: 16, bestMilliseconds: 100, calm: 1 };
    const doubted = nextPace(pace, { ...allWell(16), requests: 40, firstByteMilliseconds: 210 }, most);
    expect(doubted.lanes).toBe(16);
    expect(nextPace(doubted, allWell(16), most).lanes).toBe(32);
  });

  it('settles after strain, until it is back just below what was too much, or at what the host bears', () => {
    const isSettlingAt = (lanes: number, calm: number) =>
      isSettling({ lanes, bestMilliseconds: 100, ceiling: 32, calm });
    expect([isSettlingAt(16, 0), isSettlingAt(20, 1), isSettlingAt(20, 2)]).toEqual([true, true, true]);
    expect([isSettlingAt(24, 0), isSettlingAt(30, 1), isSettlingAt(16, 3)]).toEqual([false, false, false]);
    expect(isSettling(startingPace)).toBe(false);
  });

  it('is not held at half of what was too much by a best first byte that was chance', () => {
    let pace: Pace = { lanes: 16, bestMilliseconds: 60, ceiling: 32, calm: 0 };
    for (let take = 0; take < 10; take += 1) {
      pace = nextPace(pace, { ...allWell(pace.lanes), firstByteMilliseconds: 90 }, most);
    }
    expect(pace.lanes).toBeGreaterThan(0.9 * 32);
  });

  it('does not take the chance of a few requests for the host’s best', () => {
    const pace: Pace = { ...startingPace, lanes: 32, bestMilliseconds: 100 };
    const few = { ...allWell(2), requests: 6, firstByteMilliseconds: 30 };
    expect(nextPace(pace, few, most)).toEqual(pace);
    expect(nextPace(startingPace, few, most)).toEqual(startingPace);
  });

  it('grows though even shares leave some of it over', () => {
    const pace: Pace = { lanes: 7, bestMilliseconds: 100, ceiling: 10, calm: 0 };
    expect(nextPace(pace, allWell(4), most).lanes).toBe(8);
  });

  it('is not raised by what was not used, and lowered from what was', () => {
    const pace: Pace = { ...startingPace, lanes: 32, bestMilliseconds: 100 };
    expect(nextPace(pace, allWell(4), most).lanes).toBe(32);
    expect(nextPace(pace, { ...allWell(4), rateLimited: 100 }, most).lanes).toBe(2);
  });

  it('lets a supplier allow less than the setting, and more', () => {
    const pace: Pace = { ...startingPace, lanes: 64, bestMilliseconds: 100 };
    expect(nextPace(startingPace, allWell(8), 1).lanes).toBe(1);
    expect(nextPace(pace, allWell(64), 100).lanes).toBe(100);
  });

  it('takes a host that has become slow for good as it is, in the end', () => {
    let pace: Pace = { ...startingPace, lanes: 64, bestMilliseconds: 100 };
    for (let take = 0; take < 60; take += 1) {
      pace = nextPace(pace, { ...allWell(pace.lanes), firstByteMilliseconds: 300 }, most);
    }
    expect(pace.lanes).toBe(64);
  });

  it('follows a host that answers slower and slower down to few requests, not to none', () => {
    let pace: Pace = { ...startingPace, lanes: 64, bestMilliseconds: 100 };
    for (let take = 1; take < 20; take += 1) {
      pace = nextPace(pace, { ...allWell(pace.lanes), firstByteMilliseconds: 100 * 1.5 ** take }, most);
    }
    expect(pace.lanes).toBeLessThanOrEqual(4);
    expect(pace.lanes).toBeGreaterThanOrEqual(1);
  });

  it('begins anew for a host that was left alone for long, and no faster than it bore', () => {
    expect(resumedPace({ lanes: 64, bestMilliseconds: 90, ceiling: 70, calm: 3 })).toEqual(startingPace);
    expect(resumedPace({ lanes: 2, bestMilliseconds: 90, ceiling: 4, calm: 3 }).lanes).toBe(2);
    expect(startingPace.lanes).toBe(firstLanes);
  });

  it('stays between one and the most, whatever is seen', () => {
    const count = fc.nat(1000);
    const seen = fc.record({
      lanes: fc.nat(100),
      requests: count,
      rateLimited: count,
      unavailable: count,
      firstByteMilliseconds: fc.option(fc.nat(60_000)),
    });
    fc.assert(
      fc.property(fc.array(seen, { maxLength: 30 }), fc.integer({ min: 1, max: 200 }), (all, limit) => {
        let pace = startingPace;
        for (const one of all) {
          const before = pace;
          pace = nextPace(pace, one, limit);
          expect(pace.lanes).toBeGreaterThanOrEqual(1);
          expect(pace.lanes).toBeLessThanOrEqual(limit);
          expect(Number.isInteger(pace.lanes)).toBe(true);
          expect(pace.lanes).toBeLessThanOrEqual(2 * Math.max(before.lanes, one.lanes));
        }
      }),
    );
  });
});

describe('the median of batches', () => {
  it.each([
    [[], null],
    [[{ value: 5, weight: 1 }], 5],
    [
      [
        { value: 900, weight: 1 },
        { value: 100, weight: 60 },
        { value: 300, weight: 20 },
      ],
      100,
    ],
  ])('of %j is %j', (values, median) => expect(weightedMedian(values)).toBe(median));
});
