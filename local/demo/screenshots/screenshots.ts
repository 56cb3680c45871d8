import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import type { BrowserContext, Page } from 'playwright-core';
import sharp from 'sharp';
import { reportKeys } from '../../../functions/shared/imports/object-keys.ts';
import { buildFunctions } from '../../../infrastructure/build/build-functions.ts';
import { createProgress, runCommand } from '../../../operate/command-line.ts';
import { stateDirectory } from '../../../operate/endpoints.ts';
import { buildConsole } from '../../console/build-console.ts';
import { importSample, sampleSupplier, startDemoStack } from '../demo-stack.ts';
import { browserExecutable, launchBrowser } from './browser.ts';
import { spreadsheetToProduct } from './spreadsheet-to-product.ts';

const picturesDirectory = join('docs', 'pictures');
/** Bytes of a picture: people look at them on a page with many. */
const mostBytes = 60_000;
const seed = 2026;

const command = new Command('npm run screenshots --')
  .description(`Imports the demo’s catalog and writes the pictures of the documentation to ${picturesDirectory}.`)
  .option('--no-build', 'run the bundles as npm run build has left them')
  .option('--json', 'print no progress')
  .action(async (options: { build: boolean; json?: boolean }) => {
    if (browserExecutable === undefined) throw new Error('No Chromium, Chrome or Edge was found on this machine');
    const progress = createProgress(options);
    const directory = join(stateDirectory, `screenshots-${process.pid}`);
    await mkdir(directory, { recursive: true });
    const stops: (() => Promise<unknown>)[] = [() => rm(directory, { recursive: true, force: true, maxRetries: 5 })];
    try {
      progress.show('building the functions and starting the stack');
      if (options.build) await Promise.all([buildFunctions(), buildConsole()]);
      const demo = await startDemoStack(directory, seed, (stop) => stops.push(stop));
      const { executionArn } = await importSample(demo.target, demo.file, progress);
      progress.show('taking the pictures');
      const browser = await launchBrowser(join(directory, 'browser'));
      stops.push(() => browser.close());
      const { console: address } = demo.endpoints;
      const report = reportKeys.report(sampleSupplier, executionArn.split(':').at(-1) ?? '');
      const product = await spreadsheetToProduct(demo.database, demo.file);
      const pictures: [name: string, height: number | null, open: (page: Page) => Promise<unknown>][] = [
        ['spreadsheet-to-product', null, (page) => page.setContent(product)],
        [
          'console-execution',
          1000,
          (page) => openExecution(page, `${address}#/executions/${encodeURIComponent(executionArn)}`),
        ],
        [
          'console-images',
          760,
          (page) => page.goto(`${address}#/images`).then(() => page.locator('tbody tr').first().waitFor()),
        ],
        ['report', 1000, (page) => page.goto(`${address}console/reports/${encodeURIComponent(report)}`)],
      ];
      await mkdir(picturesDirectory, { recursive: true });
      for (const [name, height, open] of pictures) {
        const bytes = await take(browser, height, open);
        await writeFile(join(picturesDirectory, `${name}.webp`), bytes);
        progress.done();
        process.stdout.write(`${join(picturesDirectory, `${name}.webp`)} ${(bytes.length / 1000).toFixed(0)} kB\n`);
      }
    } finally {
      progress.done();
      for (const stop of stops.reverse()) await stop();
    }
  });

/** The finished import's graph, with the details of a state beside it. */
async function openExecution(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.locator('[data-state="Announce import"][data-status="succeeded"]').waitFor();
}

/** The page as WebP, its whole height where none is given, as good as {@link mostBytes} allows. */
async function take(
  browser: BrowserContext,
  height: number | null,
  open: (page: Page) => Promise<unknown>,
): Promise<Buffer> {
  const page = await browser.newPage();
  await page.setViewportSize({ width: 1280, height: height ?? 400 });
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await open(page);
  await page.waitForLoadState('networkidle');
  const shot = await page.screenshot({ fullPage: height === null });
  await page.close();
  for (let quality = 90; quality > 40; quality -= 10) {
    const bytes = await sharp(shot).webp({ quality, effort: 6, smartSubsample: true }).toBuffer();
    if (bytes.length <= mostBytes) return bytes;
  }
  throw new Error(`A picture has more than ${mostBytes} bytes`);
}

await runCommand(command);
