/**
 * The whole local pipeline, from a dropped spreadsheet to recorded images, on 3,000 images of a CDN on loopback.
 *
 * Timed: one execution of ProductImport, from its start to its end as it says itself: registering, parsing, writing
 * products, planning, fetching, converting, storing, recording, finishing. Not timed: building, starting the stack,
 * loading the bundles (a small import before each round keeps its threads warm), drawing pictures and the catalog,
 * emptying the database between rounds. The CDN answers from memory in this process, and its time is in the figure.
 *
 * Reference: sharp by itself (bare-sharp.ts, decoding once as convert-image does) over the same files, read from disk,
 * with the same settings, as many at once as the stack has threads for convert-image, in this process beside the idle
 * stack. It fetches nothing and keeps nothing. Round by round both take turns. Beside images per second stands what both
 * cost this process in CPU time, its CDN, S3 and workflow service included: a busy machine changes that far less, and on
 * Lambda it is what is paid for.
 *
 * cwebp and vipsthumbnail, where installed, convert those of the first 500 files that both can read; sharp beside them converts
 * the same ones.
 *
 * A worker's memory and the cost of its stages are measured in a process of its own that converts the first 500 images one by
 * one, as Lambda does: threads of the stack share one process, whose memory cannot be told apart.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { conversionSettingsSchema } from '../functions/convert-image/conversion-settings.ts';
import { generateCatalog } from '../local/demo/sample/catalog.ts';
import { requestPath, type SampleCdn, startSampleCdn } from '../local/demo/sample/cdn.ts';
import { laptopConcurrency } from '../local/laptop-settings.ts';
import { type Bench, type Context, expectEqual } from './bench.ts';
import { decodeOnce, drawPictures, inParallel } from './images/bare-sharp.ts';
import { type ImageFile, installedTools, readableByTools } from './images/image-tools.ts';
import { costOf, inChild, interleave, type Measured, secondsOf, type TaskResult } from './measure/measure.ts';
import { compared, type Figure, figure } from './measure/report.ts';
import { type BenchStack, emptyDatabase, functionEnvironment, importFile, startBenchStack } from './stack.ts';

const seed = 2026;
const settings = conversionSettingsSchema.parse({});
/** Fewer images are not dealt to all threads: a lane at a host is worth having from so many on. */
const busyImages = 20 * laptopConcurrency;

export const pipeline: Bench = {
  name: 'pipeline',
  about: 'images/s of the whole local pipeline beside sharp by itself, cwebp and vipsthumbnail; memory; cost of stages',
  async run(context) {
    const { sizes, show } = context;
    const { imported: count, rounds } = sizes;
    show('drawing pictures');
    const cdn = await startSampleCdn({ seed, images: count, faults: false });
    context.onEnd(cdn.close);
    await cdn.drawAll();
    const files = await writePictures(context);
    const catalog = await writeCatalog(context, cdn, 'catalog.xlsx', count);
    const warmUp = await writeCatalog(context, cdn, 'warm-up.xlsx', Math.min(count, busyImages));
    const stack = await startBenchStack(context, [new URL(cdn.url).host]);

    const { imported, sharp } = await interleave(rounds, {
      imported: async (round): Promise<Measured> => {
        // An image that is known is not converted, and a thread that converts nothing is not warm.
        await emptyDatabase(stack);
        await importFile(stack, warmUp, show, 'warm-up');
        await emptyDatabase(stack);
        // A supplier's objects stay in S3: one that has none writes them, as a first import does.
        const supplier = `round-${round}`;
        const { result, cpuSeconds } = await costOf(() => importFile(stack, catalog, show, supplier));
        const { summary, seconds, stateSeconds } = result;
        expectEqual('images converted', summary.images.converted, count);
        return { ...stateSeconds, '': seconds, cpu: cpuSeconds };
      },
      sharp: async (round) => {
        show(`round ${round + 1} of ${rounds}: sharp, ${laptopConcurrency} at once`);
        const { seconds, cpuSeconds } = await costOf(() => bareSharp(files, laptopConcurrency));
        return { seconds, cpuSeconds };
      },
    });
    const before = cdn.requests.total;
    const again = await importFile(stack, catalog, show, `round-${rounds - 1}`);
    expectEqual('images converted before', again.summary.images.converted, count);
    const fetchedAgain = cdn.requests.total - before;

    show('one worker by itself');
    const some = files.slice(0, sizes.images);
    const worker = await convertAlone(stack, cdn, some);
    const tools = await compareTools(context, some);
    const { '': seconds = Number.NaN, cpu = Number.NaN, ...states } = imported;
    const rate = count / seconds;
    const atOnce = { name: `sharp, ${laptopConcurrency} at once`, value: count / sharp.seconds };
    return {
      bench: 'pipeline',
      figures: [
        compared('whole pipeline', rate, 'images/s', atOnce, { atLeast: 0.85 }),
        compared('  by CPU time', count / cpu, 'images/s', { ...atOnce, value: count / sharp.cpuSeconds }),
        compared('  state Convert images alone', count / (states['Convert images'] ?? Number.NaN), 'images/s', atOnce),
        figure('100,000 images on this machine', 100_000 / rate / 3600, 'hours'),
        figure('images fetched by a second import', fetchedAgain, 'count', { atMost: 0 }),
        ...Object.entries(states).map(([state, spent]) =>
          figure(`  ${state}, per image`, (spent * 1000) / count, 'ms'),
        ),
        ...workerFigures(worker),
        ...tools.figures,
      ],
      notes: [
        `${count} images, ${laptopConcurrency} at once, two renditions, effort ${settings.effort}; medians of ${rounds} rounds. States' costs are of the wall clock.`,
        ...(count < busyImages ? [`Below ${busyImages} images the stack does not use all of its threads.`] : []),
        ...tools.notes,
      ],
    };
  },
};

/** The CDN's files on disk, for those who read files. */
async function writePictures({ directory, sizes }: Context): Promise<ImageFile[]> {
  const folder = join(directory, 'pictures');
  await mkdir(folder);
  const files: ImageFile[] = [];
  for (const { image, bytes } of await drawPictures(seed, sizes.imported)) {
    const path = join(folder, image.path.slice(1).replaceAll('/', '-'));
    await writeFile(path, bytes);
    files.push({ path, image });
  }
  return files;
}

async function writeCatalog({ directory }: Context, cdn: SampleCdn, name: string, images: number): Promise<string> {
  const products = Math.ceil(images / 10);
  const imagesPerProduct = { from: 10, to: 10 };
  const { xlsx } = await generateCatalog({ seed, baseUrl: cdn.url, products, images, imagesPerProduct, faults: false });
  const file = join(directory, name);
  await writeFile(file, xlsx);
  return file;
}

const bareSharp = (files: readonly ImageFile[], concurrency: number) =>
  inParallel(files, concurrency, async ({ path }) => decodeOnce(await readFile(path), settings));

function convertAlone(stack: BenchStack, cdn: SampleCdn, files: readonly ImageFile[]): Promise<TaskResult> {
  const { imagesBucket: bucket } = stack.endpoints;
  const urls = files.map(({ image }) => cdn.url + requestPath(image.path));
  const allowedHost = new URL(cdn.url).host;
  return inChild('convert-images', { urls, bucket, allowedHost }, functionEnvironment(stack, 'ConvertImage', {}));
}

function workerFigures({ seconds, peakMegabytes, count, details }: TaskResult): Figure[] {
  const { fetching = Number.NaN, storing = Number.NaN } = details;
  const perImage = (name: string, spent: number) => figure(`  ${name}, per image`, (spent * 1000) / count, 'ms');
  return [
    figure('one worker, one image at a time: peak memory', peakMegabytes, 'MB'),
    perImage('fetch', fetching),
    perImage('decode, scale, encode', seconds - fetching - storing),
    perImage('store', storing),
  ];
}

async function compareTools({ directory, sizes, show }: Context, files: readonly ImageFile[]) {
  const { installed, missing } = installedTools();
  const notes = missing.map((name) => `${name} is not installed: skipped.`);
  if (installed.length === 0) return { figures: [], notes };
  const readable = files.filter(readableByTools);
  const outputs = join(directory, 'converted');
  await mkdir(outputs);
  const contestants = installed.map(({ name, convert }) => [
    name,
    async (round: number) => {
      show(`round ${round + 1} of ${sizes.rounds}: ${name}`);
      return { seconds: await secondsOf(() => convert(readable, outputs, settings)) };
    },
  ]);
  const { sharp, ...others } = await interleave<Record<string, (round: number) => Promise<{ seconds: number }>>>(
    sizes.rounds,
    {
      sharp: async () => ({ seconds: await secondsOf(() => bareSharp(readable, laptopConcurrency)) }),
      ...Object.fromEntries(contestants),
    },
  );
  const rate = (measured: { seconds: number } | undefined) => readable.length / (measured?.seconds ?? Number.NaN);
  const figures = Object.entries(others).map(([name, measured]) =>
    compared('sharp by itself', rate(sharp), 'images/s', { name, value: rate(measured) }),
  );
  return { figures, notes: [...notes, `Beside tools: the ${readable.length} JPEG and PNG files that both read.`] };
}
