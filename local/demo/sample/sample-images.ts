import { type Random, seededRandom } from './random.ts';
import { type Behaviour, type ExpectedOutcome, type SpecialCase, specialCases } from './special-cases.ts';

/** Formats with the longest side, in pixels, that is cheap enough to draw by the hundred. */
const pictureKinds = {
  jpeg: { extension: 'jpg', longestSide: 1200 },
  'progressive jpeg': { extension: 'jpg', longestSide: 1200 },
  /** Stored on its side, EXIF orientation 6: shown with width and height swapped. */
  'rotated jpeg': { extension: 'JPG', longestSide: 1200 },
  'cmyk jpeg': { extension: 'jpg', longestSide: 800 },
  'grey jpeg': { extension: 'jpeg', longestSide: 1200 },
  png: { extension: 'png', longestSide: 600 },
  'transparent png': { extension: 'png', longestSide: 600 },
  gif: { extension: 'gif', longestSide: 400 },
  webp: { extension: 'webp', longestSide: 900 },
  avif: { extension: 'avif', longestSide: 500 },
  tiff: { extension: 'tif', longestSide: 600 },
} as const;
export type PictureKind = keyof typeof pictureKinds;

export type SampleImage = {
  /** From the root of the CDN, as a person types it: not yet encoded. */
  path: string;
  behaviour: Behaviour;
  outcome: ExpectedOutcome;
  kind: PictureKind;
  /** Pixels as stored, before the EXIF orientation is applied. */
  width: number;
  height: number;
  /** Which of the base pictures, and what makes it another one. */
  motif: number;
  /** Degrees. */
  hue: number;
  quality: number;
};

type Plan = {
  seed: number;
  count: number;
  faults?: boolean;
  /** Pixels of the longest side at most, for whom a picture's size is nothing but work; up to 3000 where it is not said. */
  longestSide?: number;
};

const distribution: readonly [PictureKind, ...PictureKind[]] = [
  'jpeg',
  ...Array<PictureKind>(11).fill('jpeg'),
  ...Array<PictureKind>(5).fill('progressive jpeg'),
  ...Array<PictureKind>(3).fill('rotated jpeg'),
  'grey jpeg',
  'cmyk jpeg',
  ...Array<PictureKind>(2).fill('png'),
  'transparent png',
  'gif',
  ...Array<PictureKind>(3).fill('webp'),
  'avif',
  'tiff',
];

/**
 * Width to height as a : b. With these, fitting 1600 and then 400 rounds to the same pixels whether the small one
 * is made from the original or from the large one.
 */
const ratios: readonly [[number, number], ...[number, number][]] = [
  [1, 1],
  [1, 1],
  [4, 3],
  [3, 4],
  [3, 2],
  [2, 3],
  [16, 9],
  [5, 4],
];

const firstSpecialCase = 4;
const betweenSpecialCases = 9;

/**
 * The first `count` images of the sample supplier; more of them begin with the same ones. With `faults: false` the
 * server behaves and every path is plain: for measuring.
 */
export function sampleImages({ seed, count, faults = true, longestSide = 3000 }: Plan): SampleImage[] {
  return Array.from({ length: count }, (_, index) => sampleImage(seed, index, faults, longestSide));
}

function sampleImage(seed: number, index: number, faults: boolean, longestSide: number): SampleImage {
  const random = seededRandom(seed, `image ${index}`);
  const special = faults ? specialCaseAt(index) : undefined;
  const kind = special === undefined ? kindAt(index, random) : 'jpeg';
  const { extension } = pictureKinds[kind];
  const folder = random.pick(['products', 'catalog/2025', 'catalog/2026', 'img']);
  return {
    path: special?.path ?? `/${folder}/${String(index).padStart(5, '0')}.${extension}`,
    behaviour: special?.behaviour ?? 'serves',
    outcome: special?.outcome ?? { status: 'converted', by: 'import' },
    kind,
    ...sizeOf(kind, index, random, longestSide),
    motif: random.integer(0, 1_000_000),
    hue: random.integer(0, 359),
    quality: random.integer(65, 92),
  };
}

function specialCaseAt(index: number): SpecialCase | undefined {
  const position = (index - firstSpecialCase) / betweenSpecialCases;
  return Number.isInteger(position) ? specialCases[position] : undefined;
}

/** Every kind is among the first dozens, then as common as in suppliers' catalogs. */
function kindAt(index: number, random: Random): PictureKind {
  if (isFromCamera(index)) return 'jpeg';
  const every = Object.keys(pictureKinds) as PictureKind[];
  const guaranteed = index % 3 === 0 ? every[index / 3] : undefined;
  return guaranteed ?? random.pick(distribution);
}

/** One in 33 was never scaled down for the web; the first is the largest of all. */
const isFromCamera = (index: number) => index % 33 === 10;

/** The longest side mostly 300–800 pixels, some to 1200, those from a camera to 3000. */
function sizeOf(kind: PictureKind, index: number, random: Random, most: number): { width: number; height: number } {
  const { longestSide } = pictureKinds[kind];
  const usual = random.integer(1, 4) === 1 ? longestSide : Math.min(longestSide, 800);
  const wanted = isFromCamera(index) ? random.integer(index === 10 ? 3000 : 1300, 3000) : random.integer(316, usual);
  const [across, down] = random.pick(ratios);
  // Down by less than 16: between 300 and 3000 whatever the ratio, where no less is asked for.
  const unit = Math.floor(Math.min(wanted, most) / Math.max(across, down));
  return { width: unit * across, height: unit * down };
}

/** Pixels as shown: what its renditions are made of. */
export function shownSize({ kind, width, height }: SampleImage): { width: number; height: number } {
  return kind === 'rotated jpeg' ? { width: height, height: width } : { width, height };
}

/** Pixels of the rendition that fits a square of `side`, never enlarged. */
export function fittedSize(image: SampleImage, side: number): { width: number; height: number } {
  const { width, height } = shownSize(image);
  const scale = Math.min(1, side / Math.max(width, height));
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}
