import { describe, expect, it } from 'vitest';
import { createRate, describeProgress } from '../../../operate/executions/progress.ts';

describe('what an operator sees of an execution', () => {
  it.each([
    { state: 'Parse spreadsheet', items: null, shown: 'Parse spreadsheet, 12 s' },
    {
      state: 'Write products',
      items: { of: 'chunks', total: 16, done: 3, failed: 0, perSecond: null },
      shown: 'Write products: 3 of 16 chunks, 12 s',
    },
    {
      state: 'Convert images',
      items: { of: 'images', total: 8000, done: 1310, failed: 12, perSecond: 43.14 },
      shown: 'Convert images: 1,310 of 8,000 images (12 failed), 43.1 images/s, 12 s',
    },
  ])('$shown', ({ state, items, shown }) => {
    expect(describeProgress({ state, items, seconds: 12.4 })).toBe(shown);
  });

  it('the rate is that of the last seconds, and unknown in the first', () => {
    const rate = createRate();
    expect(rate(100, 0)).toBeNull();
    expect(rate(100.5, 50)).toBeNull();
    expect(rate(110, 100)).toBe(10);
    // A minute without anything.
    rate(160, 100);
    expect(rate(170, 100)).toBe(0);
  });
});
