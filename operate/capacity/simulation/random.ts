import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export type Random = ReturnType<typeof randomNumbers>;

/** The same numbers for the same seed. */
export function randomNumbers(seed: number) {
  const generator = xoroshiro128plus(seed);
  const uniform = () => uniformFloat64(generator);
  return {
    /** 0 to 1, without 1. */
    uniform,
    logNormal(mean: number, sigma: number): number {
      const normal = Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
      return mean * Math.exp(sigma * normal - sigma ** 2 / 2);
    },
  };
}
