import { createHash } from 'node:crypto';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export type Random = {
  /** Between `from` and `to`, both included. */
  integer(from: number, to: number): number;
  pick<T>(list: readonly [T, ...T[]]): T;
};

/** The same numbers for the same seed and purpose; another purpose has numbers of its own. */
export function seededRandom(seed: number, purpose: string): Random {
  const generator = xoroshiro128plus(createHash('sha256').update(`${seed}/${purpose}`).digest().readInt32BE());
  const integer = (from: number, to: number) => uniformInt(generator, from, to);
  return { integer, pick: (list) => list[integer(0, list.length - 1)] ?? list[0] };
}
