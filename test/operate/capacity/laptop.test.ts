import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { GetExecutionHistoryCommand, type HistoryEvent } from '@aws-sdk/client-sfn';
import PQueue from 'p-queue';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { generateCatalog } from '../../../local/demo/sample/catalog.ts';
import { laptopConcurrency, laptopSettings } from '../../../local/laptop-settings.ts';
import { scenarioSchema } from '../../../operate/capacity/scenario.ts';
import { simulate } from '../../../operate/capacity/simulation/simulate.ts';
import type { Platform } from '../../../operate/capacity/simulation/world.ts';
import { dropSpreadsheet, followImport } from '../../../operate/executions/follow-import.ts';
import type { ImageItem } from '../../../workflows/payloads/images.ts';
import { startTestStack, type TestStack } from '../../support/stack.ts';

const products = 20;
const imagesPerProduct = 6;
const images = products * imagesPerProduct;
/** How far the simulation may be off, either way: a machine shared with other tests is not a stopwatch. */
const factor = 2.5;

let local: TestStack;
beforeAll(async () => {
  local = await startTestStack({ seed: 7, images, faults: false });
  // So that drawing is not part of what is measured.
  await local.cdn.drawAll();
});
afterAll(() => local?.close());

it('takes as long as the real workflow does on this machine, given how long an image takes here', {
  timeout: 180_000,
}, async () => {
  const { xlsx, expected } = await generateCatalog({
    ...{ seed: 7, baseUrl: local.cdn.url, products, images, faults: false },
    imagesPerProduct: { from: imagesPerProduct, to: imagesPerProduct },
  });
  expect(expected.images).toHaveLength(images);
  const urls = expected.images.map(({ url }) => url);
  await measureImages(urls.slice(0, 16)); // Threads and bundles are loaded then.
  const before = await measureImages(urls.slice(16, 40));
  const measuredSeconds = await importAndMeasure(xlsx);
  const after = await measureImages(urls.slice(40, 64));
  // The machine's other work may change in between: the mean of before and after.
  const imageSeconds = (before + after) / 2;

  const laptop: Platform = { whenFull: 'queue', start: 0, coldStart: 0.5, transition: 0.01, mapRun: 0.2 };
  const settings = {
    ...laptopSettings,
    // A function runs in at most so many threads.
    images: { ...laptopSettings.images, reservedConcurrency: laptopConcurrency },
  };
  // All of an image is measured, whatever it waits for.
  const scenario = scenarioSchema.parse({ products, imagesPerProduct, hosts: 1, imageSeconds, networkShare: 1 });
  const simulation = simulate(scenario, settings, laptop);
  expect(simulation.images.converted).toBe(images);
  const simulatedSeconds = simulation.phases.convert;
  const said = `simulated ${simulatedSeconds.toFixed(1)} s, measured ${measuredSeconds.toFixed(1)} s at ${imageSeconds.toFixed(3)} s an image`;
  expect(simulatedSeconds / measuredSeconds, said).toBeGreaterThan(1 / factor);
  expect(simulatedSeconds / measuredSeconds, said).toBeLessThan(factor);
});

/** Imports the spreadsheet and returns the seconds from planning its images to their end. */
async function importAndMeasure(xlsx: Buffer): Promise<number> {
  const file = join(local.directory, 'catalog.xlsx');
  await writeFile(file, xlsx);
  const executionArn = await dropSpreadsheet(local.target, file, 'acme');
  const { status, summary } = await followImport(local.target, executionArn, () => {});
  expect([status, summary?.images.converted]).toEqual(['SUCCEEDED', images]);
  const { events = [] } = await local.target.stepFunctions.send(
    new GetExecutionHistoryCommand({ executionArn, maxResults: 1000, includeExecutionData: false }),
  );
  const enteredAt = (name: string) => {
    const entered = ({ stateEnteredEventDetails }: HistoryEvent) => stateEnteredEventDetails?.name === name;
    return events.find(entered)?.timestamp?.getTime() ?? Number.NaN;
  };
  return (enteredAt('Finish import') - enteredAt('Plan images')) / 1000;
}

/** Mean seconds of convert-image, with as many at once as the import has. */
async function measureImages(urls: readonly string[]): Promise<number> {
  const queue = new PQueue({ concurrency: Math.min(laptopSettings.images.mostLanes, laptopConcurrency) });
  const seconds = await queue.addAll(
    urls.map((sourceUrl, index) => async () => {
      const item: ImageItem = {
        ...{ imageId: index + 1, sourceUrl, supplierCode: 'acme', attempt: 1 },
        ...{ etag: null, lastModified: null, headers: {}, allowSvg: false },
      };
      const batchStartedAt = new Date().toISOString();
      const start = performance.now();
      const { Payload, FunctionError } = await local.target.lambda.send(
        new InvokeCommand({ FunctionName: 'ConvertImage', Payload: JSON.stringify({ image: item, batchStartedAt }) }),
      );
      const outcome = JSON.parse(Buffer.from(Payload ?? []).toString());
      expect([FunctionError, outcome.status]).toEqual([undefined, 'converted']);
      return (performance.now() - start) / 1000;
    }),
  );
  return seconds.reduce((sum, one) => sum + one, 0) / seconds.length;
}
