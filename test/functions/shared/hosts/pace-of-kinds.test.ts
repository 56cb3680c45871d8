import { expect, it } from 'vitest';
import {
  firstLanes,
  nextPace,
  type Observation,
  startingPace,
  weightedMedian,
} from '../../../../functions/shared/hosts/pace.ts';

const most = 64;

/** Images a second, what is seen of them, of a host asked by so many lanes that take 0.6 s for an image at best. */
type Host = (lanes: number, random: () => number) => { perSecond: number } & Omit<Observation, 'lanes' | 'requests'>;
const fine = { rateLimited: 0, unavailable: 0, firstByteMilliseconds: 100 };
const hosts: Record<string, { bears: number; answers: Host }> = {
  'an elastic CDN': { bears: most / 0.6, answers: (lanes) => ({ perSecond: lanes / 0.6, ...fine }) },
  'ten workers of 0.3 s and a queue': {
    bears: 10 / 0.3,
    answers(lanes) {
      const perSecond = Math.min(lanes / 0.6, 10 / 0.3);
      return { ...fine, perSecond, firstByteMilliseconds: (lanes / perSecond - 0.3) * 1000 };
    },
  },
  '30 requests a second, 429 beyond': {
    bears: 30,
    answers(lanes) {
      const asked = lanes / 0.6;
      return { ...fine, perSecond: Math.min(asked, 30), rateLimited: Math.max(0, asked - 30) * seconds };
    },
  },
  '429 for one request in 400, whatever it is asked for': { bears: most / 0.6, answers: refusing(1 / 400) },
  // Hardly to be told from a limit: as much as an unknown host is asked for.
  '429 for one request in 150, whatever it is asked for': { bears: firstLanes / 0.6, answers: refusing(1 / 150) },
  '20 MB a second, half a MB an image': {
    bears: 40,
    answers: (lanes) => ({ ...fine, perSecond: Math.min(lanes / 0.6, 40) }),
  },
  '503 for one request in twenty': {
    bears: (0.95 * most) / 0.6,
    answers(lanes, random) {
      return { ...fine, perSecond: lanes / 0.6, unavailable: strays(lanes, random, 0.05) };
    },
  },
};
let seconds = 120;

it.each(Object.entries(hosts))('uses %s, and bears with it', (_, { bears, answers }) => {
  let pace = startingPace;
  const totals = { images: 0, requests: 0, refused: 0, seconds: 0 };
  const medians: { value: number; weight: number }[] = [];
  const random = generator(2026);
  for (let take = 0; take < 60; take += 1) {
    seconds = pace.ceiling === null && pace.lanes < most ? 15 : 120;
    const { perSecond, ...signs } = answers(pace.lanes, random);
    const refused = signs.rateLimited + signs.unavailable;
    const seen = { lanes: pace.lanes, requests: perSecond * seconds + signs.rateLimited, ...signs };
    totals.images += perSecond * seconds - signs.unavailable;
    totals.requests += seen.requests;
    totals.refused += refused;
    totals.seconds += seconds;
    if (signs.firstByteMilliseconds !== null) medians.push({ value: signs.firstByteMilliseconds, weight: seconds });
    pace = nextPace(pace, seen, most);
  }
  expect(totals.images / totals.seconds / bears).toBeGreaterThanOrEqual(0.85);
  const stray = bears === (0.95 * most) / 0.6 ? 0.05 : 0;
  expect(totals.refused / totals.requests - stray).toBeLessThanOrEqual(0.02);
  const best = Math.min(...medians.map(({ value }) => value));
  expect(weightedMedian(medians)).toBeLessThanOrEqual(2 * best);
});

/** A host that answers 429 to a share of all requests. */
function refusing(share: number): Host {
  return (lanes, random) => ({ ...fine, perSecond: lanes / 0.6, rateLimited: strays(lanes, random, share) });
}

/** How many of the requests in a Take are refused at random. */
function strays(lanes: number, random: () => number, share: number): number {
  let refused = 0;
  for (let request = 0; request < (lanes / 0.6) * seconds; request += 1) if (random() < share) refused += 1;
  return refused;
}

/** Numerical Recipes' linear congruential generator: the same strays in every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
