import { plain } from '../../../../support/hostile-cdn-images.ts';

/** Makes a small picture with much beside its pixels: `count` pieces of `size` bytes each. */
export type MakeFile = (count: number, size: number) => Buffer;

export const picture = plain(60, 40, '#c03030');
