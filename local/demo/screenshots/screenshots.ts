import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { reportKeys } from '../../../functions/shared/imports/object-keys.ts';
import { createProgress, runCommand } from '../../../operate/command-line/command-line.ts';
import { stateDirectory } from '../../../operate/target/endpoints.ts';
import { buildStack } from '../../build.ts';
import { importSample, sampleSupplier, startDemoStack } from '../demo-stack.ts';
import { browserExecutable, launchBrowser } from './browser.ts';
import { spreadsheetToProduct } from './spreadsheet-to-product.ts';

const picturesDirectory = join('docs', 'pictures');
/** Bytes of a picture: people look at them on a page with many. */
const mostBytes = 60_000;
const seed = 2026;

type Picture = { name: string; width: number; height: number; open(page: Page): Promise<unknown> };

const command = new Command('npm run screenshots --')
  .description(`Imports the demo’s catalog and writes the pictures of the documentation to ${picturesDirectory}.`)
  .option('--no-build', 'run what npm run build has left')
  .option('--json', 'print no progress')
  .action(async (options: { build: boolean; json?: boolean }) => {
    if (browserExecutable === undefined) throw new Error('No Chromium, Chrome or Edge was found on this machine');
    const progress = createProgress(options);
    const directory = join(stateDirectory, `screenshots-${process.pid}`);
    await mkdir(directory, { recursive: true });
    const stops: (() => Promise<unknown>)[] = [() => rm(directory, { recursive: true, force: true, maxRetries: 5 })];
    try {
      progress.show('building the functions and starting the stack');
      if (options.build) await buildStack();
      const demo = await startDemoStack(directory, seed, (stop) => stops.push(stop));
      const { executionArn } = await importSample(demo.target, demo.file, progress);
      progress.show('taking the pictures');
      const browser = await launchBrowser();
      stops.push(() => browser.close());
      const { console: address } = demo.endpoints;
      const report = reportKeys.report(sampleSupplier, executionArn.split(':').at(-1) ?? '');
      const product = await spreadsheetToProduct(demo.database, demo.file);
      const pictures: Picture[] = [
        { name: 'spreadsheet-to-product', width: 1280, height: 430, open: (page) => page.setContent(product) },
        {
          name: 'console-execution',
          // As wide as the graph needs beside its details.
          width: 1500,
          height: 1120,
          open: async (page) => {
            await page.goto(`${address}#/executions/${encodeURIComponent(executionArn)}`);
            await page.locator('[data-state="Announce import"][data-status="succeeded"]').waitFor();
            await page.frameLocator('iframe.report').locator('h1').waitFor();
          },
        },
        {
          name: 'console-images',
          width: 1280,
          height: 760,
          open: async (page) => {
            await page.goto(`${address}#/images`);
            await page.locator('tbody tr').first().waitFor();
          },
        },
        {
          name: 'report',
          width: 1000,
          height: 1250,
          open: (page) => page.goto(`${address}console/reports/${encodeURIComponent(report)}`),
        },
      ];
      await mkdir(picturesDirectory, { recursive: true });
      for (const picture of pictures) {
        const path = join(picturesDirectory, `${picture.name}.webp`);
        const bytes = await take(browser, picture);
        await writeFile(path, bytes);
        progress.done();
        process.stdout.write(`${path} ${(bytes.length / 1000).toFixed(0)} kB\n`);
      }
    } finally {
      progress.done();
      for (const stop of stops.reverse()) await stop();
    }
  });

/** A page as WebP, as good as {@link mostBytes} allows. */
async function take(browser: Browser, { name, width, height, open }: Picture): Promise<Buffer> {
  const page = await browser.newPage();
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await open(page);
  const shot = await page.screenshot();
  await page.close();
  for (let quality = 90; quality >= 40; quality -= 10) {
    const bytes = await sharp(shot).webp({ quality, effort: 6, smartSubsample: true }).toBuffer();
    if (bytes.length <= mostBytes) return bytes;
  }
  throw new Error(`The picture ${name} has more than ${mostBytes} bytes`);
}

await runCommand(command);
