import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { expect, it, onTestFinished } from 'vitest';
import { renderReport } from '../../functions/shared/report/render-report.ts';
import type { ReportData } from '../../functions/shared/report/report-data.ts';
import { describeInBrowser, openBrowser } from '../support/browser.ts';
import { violationsIn } from '../support/console-page.ts';
import { rowCounts } from '../support/imports.ts';
import { aReport, aReportedProduct, aSummary } from '../support/reports.ts';

/** The report, its pictures beside it; `requests` are the paths that the browser asked for. */
async function serveReport(report: (origin: string) => ReportData): Promise<{ url: string; requests: string[] }> {
  const picture = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#b0522d' } })
    .webp()
    .toBuffer();
  const requests: string[] = [];
  let html = '';
  const server = createServer(({ url = '' }, response) => {
    requests.push(url);
    const isPage = url === '/report.html';
    response.writeHead(200, { 'content-type': isPage ? 'text/html; charset=utf-8' : 'image/webp' });
    response.end(isPage ? html : picture);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  html = renderReport(report(origin));
  return { url: `${origin}/report.html`, requests };
}

const titles = [
  '<script>document.title = "run"</script>',
  '"><img src=/stolen onerror=alert(1)>',
  'קומקום חשמלי "לבן"',
  'Mug & saucer',
];
const products = (origin: string) =>
  titles.map((title, index) =>
    aReportedProduct({
      code: `P-${index}`,
      title,
      thumbnail: { url: `${origin}/thumb-${index}.webp`, width: 40, height: 30 },
    }),
  );
const finished = (origin: string) =>
  aReport({ products: [...products(origin), aReportedProduct({ code: 'P-9', thumbnail: null, converted: 0 })] });
const refused = () =>
  aReport({
    summary: aSummary({
      status: 'failed',
      format: null,
      rows: rowCounts(0),
      products: { created: 0, updated: 0, unchanged: 0, deactivated: 0 },
      images: { distinct: 0, converted: 0, failed: 0, waiting: 0, errors: {} },
      problems: { errors: 0, warnings: 0, top: [] },
      error: { name: 'NoUsableHeader', message: 'No row of the sheet “Prices” has headers of products.' },
    }),
    products: [],
    examples: {},
  });

/** Kept where SCREENSHOTS names a folder: somebody looks at them. */
async function keepScreenshot(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (folder === undefined) return;
  for (const image of await page.locator('img').all()) await image.scrollIntoViewIfNeeded();
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

describeInBrowser('the report of an import', () => {
  it('shows its thumbnails and hostile titles as they are, runs nothing and asks for nothing else', async () => {
    const { url, requests } = await serveReport(finished);
    const page = await (await openBrowser()).newPage();
    const messages: string[] = [];
    page.on('console', (message) => messages.push(message.text()));
    page.on('dialog', (dialog) => messages.push(dialog.message()));
    await page.goto(url, { waitUntil: 'load' });
    for (const image of await page.locator('img').all()) await image.scrollIntoViewIfNeeded();
    const widths = () => page.evaluate('Array.from(document.images, ({ naturalWidth }) => naturalWidth)');
    await expect.poll(widths).toEqual(titles.map(() => 40));
    expect(await page.locator('.title').allInnerTexts()).toEqual([...titles, 'Mug']);
    expect(await page.title()).toBe('catalog.xlsx: import report');
    expect(messages).toEqual([]);
    expect(requests.toSorted()).toEqual(['/report.html', ...titles.map((_, index) => `/thumb-${index}.webp`)]);
  });

  it('is read by its landmarks, headings and links', async () => {
    const { url } = await serveReport(finished);
    const page = await (await openBrowser()).newPage();
    await page.goto(url);
    const headings = await page.getByRole('main').getByRole('heading', { level: 2 }).allInnerTexts();
    expect(headings).toEqual([
      'What came in',
      'Problems in the spreadsheet',
      'Images that failed',
      'Products',
      'How long each step took',
      'Files',
    ]);
    expect(await page.getByRole('link', { name: 'rejected.xlsx' }).getAttribute('href')).toBe('rejected.xlsx');
  });

  it.each([
    { name: 'finished', report: finished, colorScheme: 'light', width: 1200 },
    { name: 'finished', report: finished, colorScheme: 'dark', width: 360 },
    { name: 'refused', report: refused, colorScheme: 'dark', width: 1200 },
    { name: 'refused', report: refused, colorScheme: 'light', width: 360 },
  ] as const)(
    'of a $name one is accessible and fits, $colorScheme and $width pixels wide',
    async ({ name, report, colorScheme, width }) => {
      const { url } = await serveReport(report);
      const page = await (await openBrowser()).newPage();
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      await page.goto(url, { waitUntil: 'load' });
      expect(await violationsIn(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      await keepScreenshot(page, `report-${name}-${colorScheme}-${width}`);
    },
  );
});
