import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { GetExecutionHistoryCommand } from '@aws-sdk/client-sfn';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { generateCatalog } from '../../local/demo/sample/catalog.ts';
import { followExecution } from '../../operate/executions/follow-execution.ts';
import { dropSpreadsheet } from '../../operate/executions/follow-import.ts';
import { describeInBrowser, openBrowser } from '../support/browser.ts';
import { answerOf, loadedPictures, statusesOf, violationsIn, watchStatuses } from '../support/console-page.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';

const seed = 11;
// A browser beside a whole stack on two cores.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });
const patient = { timeout: 200_000 };
const hostileTitle = `<script>pwned=1</script><img src=x onerror="pwned=1">"'&amp; \u202eabc`;
/** An address that is not asked: given up at once. */
const blocked = 'https://10.0.0.1/a.png';

describeInBrowser('the console', () => {
  let local: TestStack;
  let overloaded: Server;
  let overloadedHost: string;
  beforeAll(async () => {
    // Each image is to be asked for in half an hour.
    overloaded = createServer((_request, response) => response.writeHead(503, { 'retry-after': '1800' }).end());
    await once(overloaded.listen(0, '127.0.0.1'), 'listening');
    overloadedHost = `127.0.0.1:${(overloaded.address() as AddressInfo).port}`;
    local = await startTestStack({ seed, images: 24, faults: false, imageHosts: [overloadedHost] });
  });
  afterAll(async () => {
    await local?.close();
    overloaded.closeAllConnections();
    overloaded.close();
  });

  async function openPage(hash = '', options: { width?: number; colorScheme?: 'dark' | 'light' } = {}): Promise<Page> {
    const browser = await openBrowser();
    const page = await browser.newPage();
    const { width = 1380, colorScheme = 'light' } = options;
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await page.goto(`${local.stack.endpoints.console}#/${hash}`);
    return page;
  }

  async function importText(name: string, text: string, supplier: string) {
    const file = join(local.directory, name);
    await writeFile(file, text);
    return followExecution(local.target, await dropSpreadsheet(local.target, file, supplier), () => {});
  }

  const importHostile = () =>
    importText(
      'hostile.csv',
      `SKU,Title,Price,Image 1\nH-1,"${hostileTitle.replaceAll('"', '""')}",5,${blocked}\n`,
      'hostile',
    );
  /** Does not wait for its end, which waits for the host. */
  async function dropHeld(): Promise<string> {
    const file = join(local.directory, 'held.csv');
    await writeFile(file, `SKU,Title,Price,Image 1\nO-1,Held,5,http://${overloadedHost}/a.png\n`);
    return dropSpreadsheet(local.target, file, 'held');
  }
  const pathOf = (executionArn: string) => `executions/${encodeURIComponent(executionArn)}`;

  it('shows a dropped spreadsheet as a dry run, imports it, and follows it to its pictures', async () => {
    const { xlsx, expected } = await generateCatalog({
      seed,
      baseUrl: local.cdn.url,
      products: 6,
      images: 24,
      faults: false,
    });
    const page = await openPage('drop');
    await page.getByLabel('Supplier').fill('northwind');
    const transfer = await page.evaluateHandle(`(() => {
      const data = new DataTransfer();
      const bytes = Uint8Array.from(atob('${xlsx.toString('base64')}'), (character) => character.charCodeAt(0));
      data.items.add(new File([bytes], 'catalog.xlsx'));
      return data;
    })()`);
    await page.dispatchEvent('.drop', 'drop', { dataTransfer: transfer });
    const created = page.locator('.counts div', { hasText: 'products created' }).locator('dd');
    await expect.poll(() => created.textContent(), patient).toBe(String(expected.products));

    const columns = page.getByRole('region', { name: 'Columns' }).locator('tbody tr', { hasText: 'Image 1' });
    expect(await columns.first().textContent()).toContain('its header');
    await page.evaluate(watchStatuses);
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.waitForURL(/#\/executions\//, patient);
    const executionArn = decodeURIComponent(new URL(page.url()).hash.split('/')[2] ?? '');
    await expect.poll(() => page.locator('.facts .status').first().textContent(), patient).toContain('succeeded');

    expect((await page.evaluate<string[]>('[...seen].sort()')).join()).toBe('running,succeeded,waiting');
    const shown = await statusesOf(page);
    const entered = await enteredStates(executionArn);
    expect(entered).toContain('Announce import');
    expect(
      Object.keys(shown)
        .filter((name) => shown[name] === 'succeeded')
        .sort(),
    ).toEqual([...entered].sort());
    expect(shown['Fail import']).toBe('waiting');

    await expect.poll(() => loadedPictures(page), patient).toBe(expected.products);
    await page.goto(`${local.stack.endpoints.console}#/executions`);
    const row = page.locator('tr', { hasText: 'catalog.xlsx' });
    await expect
      .poll(() => row.textContent(), patient)
      .toContain(`${expected.images.length} of ${expected.images.length}`);
  });

  it('tells why an import failed in one line, and in its graph which state caught what', async () => {
    const { executionArn } = await importText('nonsense.csv', 'a,b\n1,2\n', 'acme');
    const page = await openPage();
    await page.getByLabel('Status').selectOption('FAILED');
    const row = page.locator('tr', { hasText: 'nonsense.csv' });
    await expect.poll(() => row.locator('.reason').textContent(), patient).toMatch(/^UnclearColumns: /);
    await row.getByRole('link').click();
    await expect.poll(async () => (await statusesOf(page))['Import failed'], patient).toBe('failed');
    expect(await statusesOf(page)).toMatchObject({ 'Parse spreadsheet': 'caught', 'Fail import': 'succeeded' });
    await page.locator('[data-state="Parse spreadsheet"]').press('Enter');
    const details = page.getByRole('region', { name: 'State Parse spreadsheet' });
    await expect.poll(() => details.textContent(), patient).toContain('UnclearColumns');
    expect(await details.textContent()).toContain('acme/nonsense.csv');
    expect(await enteredStates(executionArn)).toContain('Fail import');
  });

  it('shows titles as they are written, and runs nothing of them', async () => {
    const { executionArn } = await importHostile();
    const page = await openPage(pathOf(executionArn));
    const title = page.locator('.products .title');
    await expect.poll(() => title.textContent(), patient).toContain('<script>pwned=1</script>');
    expect(await page.evaluate('typeof pwned')).toBe('undefined');
    expect(await page.locator('main script, main img[src="x"]').count()).toBe(0);
  });

  it('says what was given up and what to do, and tries it again', async () => {
    await importHostile();
    const page = await openPage('images');
    const row = page.locator('tr', { hasText: 'BLOCKED_ADDRESS' });
    await expect.poll(() => row.textContent(), patient).toContain('Ask the supplier for a public URL.');
    await row.getByRole('button').click();
    const outcome = page.getByRole('status');
    await expect.poll(() => outcome.textContent(), patient).toContain('The sweep runs');
    const first = await outcome.getByRole('link').getAttribute('href');
    await expect.poll(() => row.textContent(), patient).toContain('given up');
    await page.getByRole('button', { name: 'Sweep now' }).click();
    await expect.poll(() => outcome.getByRole('link').getAttribute('href'), patient).not.toBe(first);
    await outcome.getByRole('link').click();
    await expect.poll(() => page.locator('main').textContent(), patient).toMatch(/succeeded/i);
  });

  it('shows a host on hold, and for how long', async () => {
    const page = await openPage(pathOf(await dropHeld()));
    const row = page.locator('tr', { hasText: overloadedHost }).first();
    await expect
      .poll(() => row.locator('td').last().textContent(), patient)
      .toMatch(/^for (30 min 00 s|2\d min \d\d s)$/);
  });

  it('tells in the words of the import why a file would be refused', async () => {
    const page = await openPage('drop');
    await page.getByLabel('Supplier').fill('acme');
    await page.setInputFiles('input[type=file]', {
      name: 'old.numbers',
      mimeType: 'application/octet-stream',
      buffer: Buffer.from('old'),
    });
    await expect.poll(() => page.getByRole('alert').textContent(), patient).toMatch(/numbers/);
    expect(await page.getByRole('button', { name: 'Import', exact: true }).count()).toBe(0);
  });

  it('is used by nobody but its own page', async () => {
    const { host } = new URL(local.stack.endpoints.console);
    const own = { host };
    const attempts: [number, string, string, Record<string, string>][] = [
      [200, 'GET', '/', own],
      [403, 'GET', '/', { host: 'rebound.example' }],
      [403, 'GET', '/', { ...own, 'sec-fetch-site': 'cross-site' }],
      [403, 'GET', '/console/main.js', { ...own, origin: 'http://127.0.0.1:1' }],
      [403, 'GET', '/console/images/a/b.webp', { ...own, 'sec-fetch-site': 'same-site' }],
      [404, 'GET', '/console/images/..%2f..%2fdatabase-secret', own],
      [403, 'GET', '/console/api/images', own],
      [403, 'POST', '/console/api/sweep', { ...own, 'x-console-token': 'guessed' }],
      [403, 'POST', '/console/api/undo', { ...own, 'x-console-token': 'guessed' }],
      [403, 'POST', '/console/api/undo', { ...own, origin: 'https://evil.example' }],
      [403, 'POST', '/console/api/import?supplier=a&file=b.csv', { ...own, origin: 'https://evil.example' }],
    ];
    const answers = await Promise.all(
      attempts.map(([, ...attempt]) => answerOf(local.stack.endpoints.console, ...attempt)),
    );
    expect(answers.map(({ status }) => status)).toEqual(attempts.map(([status]) => status));
    const [first] = answers;
    expect(first?.headers['content-security-policy']).toContain("script-src 'self'");
    expect(first?.headers['access-control-allow-origin']).toBeUndefined();
  });

  describe.each([
    { width: 1380, colorScheme: 'light' },
    { width: 390, colorScheme: 'dark' },
  ] as const)('$width pixels wide and $colorScheme', (look) => {
    it('has nothing that axe finds, fits, and logs no error', async () => {
      const { executionArn } = await importHostile();
      const failed = await importText('nothing.csv', 'a,b\n1,2\n', 'acme');
      const executions = [executionArn, failed.executionArn, await dropHeld()];
      for (const hash of ['executions', ...executions.map(pathOf), 'images', 'drop']) {
        const page = await openPage('', look);
        const errors: string[] = [];
        page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
        await page.goto(`${local.stack.endpoints.console}#/${hash}`);
        await page.reload();
        await page.locator('h1').waitFor(patient);
        if (hash !== 'drop') await page.locator('table').first().waitFor(patient);
        const violations = await violationsIn(page);
        expect({ hash, violations, errors }).toEqual({ hash, violations: [], errors: [] });
        const width = await page.evaluate('document.documentElement.scrollWidth');
        expect(width).toBeLessThanOrEqual(look.width);
      }
    });
  });

  it('shows the report of an import in its page, in which axe finds nothing', async () => {
    const { executionArn } = await importHostile();
    const page = await openPage(pathOf(executionArn));
    const report = page.frameLocator('iframe.report');
    expect(await report.locator('h1').textContent(patient)).toBe('hostile.csv');
    // In its sandbox no script runs, axe's neither.
    const html = await report.locator('html').evaluate('document.documentElement.outerHTML');
    const alone = await page.context().newPage();
    await alone.setContent(String(html));
    expect(await violationsIn(alone)).toEqual([]);
  });

  async function enteredStates(executionArn: string): Promise<Set<string>> {
    const { events = [] } = await local.target.stepFunctions.send(
      new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }),
    );
    return new Set(events.flatMap(({ stateEnteredEventDetails: entered }) => entered?.name ?? []));
  }
});
