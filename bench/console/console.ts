/**
 * How far the console is behind an import of 100,000 images that is under way: the age of the count that a page shows, in a
 * real browser, and how long the page's questions take.
 *
 * Real: the console's server and page, Step Functions' API and store, PostgreSQL with its images, the browser. Not: CDN,
 * sharp, Lambda; batches are converted by an UPDATE.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { buildConsole } from '../../local/console/build-console.ts';
import { browserExecutable, launchBrowser } from '../../local/demo/screenshots/browser.ts';
import { openDatabaseUrl } from '../../operate/target/database-url.ts';
import type { Bench, Context } from '../bench.ts';
import { startBenchServer } from '../database/database.ts';
import { median } from '../measure/measure.ts';
import { type Figure, figure } from '../measure/report.ts';
import { type ImportUnderWay, startImport } from './import-under-way.ts';

export const consoleBench: Bench = {
  name: 'console',
  about: 'seconds that the console is behind an import of 100,000 images',
  async run(context) {
    const { consoleImages } = context.sizes;
    if (context.build) await buildConsole();
    context.show('starting PostgreSQL');
    const server = await startBenchServer(context);
    const { url } = await server.createDatabase('console');
    // As the stack's: the console has two connections of its own.
    const database = openDatabaseUrl(url, 2);
    context.onEnd(() => database.$client.end({ timeout: 5 }));
    context.show(`inserting ${consoleImages} images`);
    const underWay = await startImport(context, database, consoleImages);
    const figures = await questions(context, underWay);
    if (browserExecutable !== undefined) figures.push(...(await lags(context, underWay)));
    return {
      bench: 'console',
      figures,
      notes: [
        `${consoleImages} images of 20 hosts, half of them converted before, the others at some 500 a second meanwhile.`,
        browserExecutable === undefined
          ? 'No Chromium, Chrome or Edge was found: the pages themselves were not measured.'
          : `Each page was looked at for ${watchedSeconds} s, 20 times a second.`,
      ],
    };
  },
};

const asked = 20;

/** What the pages ask the console's own server, one after the other. */
async function questions(context: Context, { address, executionArn }: ImportUnderWay): Promise<Figure[]> {
  const page = await (await fetch(address)).text();
  const [, token = ''] = /name="console-token" content="([^"]+)"/.exec(page) ?? [];
  const execution = encodeURIComponent(executionArn);
  const figures: Figure[] = [];
  for (const question of ['imports', `hosts?execution=${execution}`, `import?execution=${execution}`, 'images']) {
    const name = question.split('?')[0] ?? '';
    context.show(`asking for ${name}`);
    const milliseconds: number[] = [];
    for (let round = 0; round < asked; round += 1) {
      const start = performance.now();
      const response = await fetch(`${address}console/api/${question}`, { headers: { 'x-console-token': token } });
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`The console answered ${response.status} for ${name}`);
      milliseconds.push(performance.now() - start);
    }
    figures.push(figure(`GET ${name}, median`, median(milliseconds), 'ms'));
    figures.push(figure('  slowest', Math.max(...milliseconds), 'ms'));
  }
  return figures;
}

const watchedSeconds = 15;
/** Fills `seen` with the time and the number of images that the page says are done. */
const watch = `
  seen = [];
  setInterval(() => {
    const counts = [...document.querySelectorAll('main progress')].filter((one) => /^images/.test(one.getAttribute('aria-label') ?? ''));
    if (counts.length > 0) seen.push({ at: Date.now(), count: counts.reduce((sum, one) => sum + one.value, 0) });
  }, 50);
  undefined`;

/** How old the count of images is that pages show. */
async function lags(context: Context, { address, executionArn, done }: ImportUnderWay): Promise<Figure[]> {
  const browser = await launchBrowser();
  context.onEnd(() => browser.close());
  const figures: Figure[] = [];
  for (const [name, hash] of [
    ['Executions', 'executions'],
    ['An execution', `executions/${encodeURIComponent(executionArn)}`],
  ] as const) {
    context.show(`looking at ${name}`);
    const page = await browser.newPage();
    await page.goto(`${address}#/${hash}`);
    await page.locator('main progress').first().waitFor();
    await page.evaluate(watch);
    await sleep(watchedSeconds * 1000);
    const seen = await page.evaluate<{ at: number; count: number }[]>('seen');
    await page.close();
    if (seen.at(0)?.count === seen.at(-1)?.count) throw new Error(`${name} has shown no progress`);
    const seconds = seen.map(({ at, count }) => {
      const next = done.find((one) => one.count > count);
      return next === undefined ? 0 : Math.max(0, at - next.at) / 1000;
    });
    figures.push(figure(`${name}: behind, median`, median(seconds), 's'));
    figures.push(figure('  at most', Math.max(...seconds), 's', { atMost: 1 }));
  }
  return figures;
}
