import { expect, it } from 'vitest';
import { type Measured, mediansOf } from '../../../bench/measure/measure.ts';

it('a state that only some rounds took time in has a median, too', () => {
  const rounds: Measured[] = [
    { seconds: 9 },
    { seconds: 7, 'Deactivate missing': 0.006 },
    { seconds: 8, 'Deactivate missing': 0.02 },
  ];
  expect(mediansOf(rounds)).toEqual({ seconds: 8, 'Deactivate missing': 0.006 });
});
