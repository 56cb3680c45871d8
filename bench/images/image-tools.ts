/**
 * The command-line encoders that people would reach for, where they are installed: a process per file and rendition, so
 * many at once as the machine has threads. Starting the process is part of using them and is timed.
 */
import { execFile, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ConversionSettings } from '../../functions/convert-image/conversion-settings.ts';
import { fittedSize, type PictureKind, type SampleImage } from '../../local/demo/sample/sample-images.ts';
import { inParallel } from './bare-sharp.ts';

const run = promisify(execFile);

export type ImageFile = { path: string; image: SampleImage };
export type ImageTool = {
  name: string;
  convert(files: readonly ImageFile[], outputs: string, settings: ConversionSettings): Promise<void>;
};

/** What cwebp can read and shows upright by itself. */
const readable: ReadonlySet<PictureKind> = new Set(['jpeg', 'progressive jpeg', 'png', 'transparent png']);

export const readableByTools = ({ image }: ImageFile) => readable.has(image.kind);

const tools: readonly (ImageTool & { probe: string[] })[] = [
  {
    name: 'cwebp',
    probe: ['-version'],
    convert: eachRendition('cwebp', ({ path, image }, output, { side, quality }, effort) => {
      const { width, height } = fittedSize(image, side);
      const resize = width < image.width ? ['-resize', String(width), String(height)] : [];
      return ['-quiet', '-q', String(quality), '-m', String(effort), ...resize, path, '-o', output];
    }),
  },
  {
    name: 'vipsthumbnail',
    probe: ['--vips-version'],
    // `>`: never enlarged.
    convert: eachRendition('vipsthumbnail', ({ path }, output, { side, quality }, effort) => [
      path,
      ...['--size', `${side}x${side}>`, '-o', `${output}[Q=${quality},effort=${effort},strip]`],
    ]),
  },
];

/** Those that answer when asked for their version, and the names of the others. */
export function installedTools(): { installed: ImageTool[]; missing: string[] } {
  const answers = ({ name, probe }: { name: string; probe: string[] }) => spawnSync(name, probe).status === 0;
  const installed = tools.filter(answers);
  return { installed, missing: tools.filter((tool) => !installed.includes(tool)).map(({ name }) => name) };
}

type Rendition = ConversionSettings['renditions'][string];

function eachRendition(
  command: string,
  argumentsFor: (file: ImageFile, output: string, rendition: Rendition, effort: number) => string[],
): ImageTool['convert'] {
  return async (files, outputs, settings) => {
    const jobs = files.flatMap((file, index) =>
      Object.entries(settings.renditions).map(([name, rendition]) =>
        argumentsFor(file, join(outputs, `${index}-${name}.webp`), rendition, settings.effort),
      ),
    );
    await inParallel(jobs, availableParallelism(), (args) => run(command, args));
  };
}
