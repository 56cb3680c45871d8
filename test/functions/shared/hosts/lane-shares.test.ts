import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fairShare, laneShare, type OtherHolder } from '../../../../functions/shared/hosts/lane-shares.ts';

const other = (lanes: number, wanted: number, isNext = false): OtherHolder => ({ lanes, wanted, isNext });

describe('the share of lanes', () => {
  it.each([
    ['all that it wants, alone', 64, 40, [], 40],
    ['what there is, alone', 64, 100, [], 64],
    ['half beside one that wants as much', 64, 64, [other(32, 64)], 32],
    ['what one leaves that wants little', 64, 64, [other(4, 4)], 60],
    ['what is free, while the other still has all', 64, 64, [other(60, 64)], 4],
    ['none where all is taken', 64, 64, [other(64, 64)], 0],
    [
      'none where one waits for the last',
      8,
      8,
      [...Array.from({ length: 7 }, () => other(1, 8)), other(0, 8, true)],
      0,
    ],
    ['one where many share few', 8, 8, [...Array.from({ length: 7 }, () => other(1, 8)), other(0, 8)], 1],
  ])('is %s', (_, total, wanted, others, share) => expect(laneShare(total, wanted, others)).toBe(share));

  it('is max-min fair', () => {
    expect(fairShare(60, [])).toBe(60);
    expect(fairShare(60, [60, 60])).toBe(20);
    expect(fairShare(60, [5, 60])).toBe(27);
  });

  it('never exceeds the total, and lets everybody have a turn', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 64 }),
        fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1, maxLength: 12 }),
        (total, wanted) => {
          const holders = wanted.map((wants) => ({ wants, lanes: 0, since: 0, turns: 0 }));
          let clock = 0;
          for (let round = 0; round < 12 * holders.length; round += 1) {
            const me = holders[round % holders.length];
            if (me === undefined) continue;
            me.lanes = 0;
            const others = holders
              .filter((one) => one !== me && (one.lanes > 0 || one.since > 0))
              .map((one) => other(one.lanes, one.wants, one.lanes === 0 && one.since < (me.since || ++clock)));
            me.lanes = laneShare(total, me.wants, others);
            if (me.lanes > 0) Object.assign(me, { turns: me.turns + 1, since: 0 });
            else me.since ||= ++clock;
            expect(holders.reduce((sum, { lanes }) => sum + lanes, 0)).toBeLessThanOrEqual(total);
          }
          for (const { turns } of holders) expect(turns).toBeGreaterThan(0);
        },
      ),
    );
  });
});
