import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { fingerprintOf } from '../../functions/shared/changes/fingerprint.ts';
import { dropSpreadsheet, followImport } from '../../operate/executions/follow-import.ts';
import { describeInBrowser, openBrowser } from '../support/browser.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';

// A browser beside a whole stack on two cores.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });
const patient = { timeout: 200_000 };

describeInBrowser('the undo on the page of an import', () => {
  let local: TestStack;
  beforeAll(async () => {
    local = await startTestStack({ seed: 3, images: 1, faults: false });
  });
  afterAll(() => local?.close());

  async function importText(name: string, text: string) {
    const file = join(local.directory, name);
    await writeFile(file, text);
    const executionArn = await dropSpreadsheet(local.target, file, 'acme');
    const { status } = await followImport(local.target, executionArn, () => {});
    expect(status).toBe('SUCCEEDED');
    return executionArn;
  }

  async function openImport(executionArn: string): Promise<Page> {
    const page = await (await openBrowser()).newPage();
    await page.goto(`${local.stack.endpoints.console}#/executions/${encodeURIComponent(executionArn)}`);
    return page;
  }

  const fingerprint = async () => (await fingerprintOf(local.database, 1)).fingerprint;
  const ask = (page: Page) => page.getByRole('button', { name: 'What would be restored?' }).click(patient);

  it('says what would be restored, restores nothing before it is confirmed, and then does', async () => {
    await importText('right.csv', 'Code,Title,Price\nA,Vase,5\nB,Bowl,6\nC,Cup,7\n');
    const before = await fingerprint();
    const executionArn = await importText('wrong.csv', 'Code,Title,Price\nA,Vase,50\nB,Bowl,60\n');
    const after = await fingerprint();
    const page = await openImport(executionArn);
    await ask(page);
    const section = page.getByRole('region', { name: 'Undo' });
    const restored = section.locator('.counts div', { hasText: 'products restored' }).locator('dd');
    await expect.poll(() => restored.textContent(), patient).toBe('2');
    expect(await section.textContent()).toContain('with another Price');
    expect(await fingerprint()).toBe(after);
    await page.evaluate(axe.source);
    const violations = await page.evaluate(async () => {
      const { axe: loaded } = globalThis as unknown as { axe: typeof axe };
      return (await loaded.run()).violations.map(({ id }) => id);
    });
    expect(violations).toEqual([]);

    await section.getByRole('button', { name: 'Leave it' }).click();
    expect(await fingerprint()).toBe(after);
    await ask(page);
    await section.getByRole('button', { name: 'Undo the import of 2 products' }).click(patient);
    await page.waitForURL(/UndoImport/, patient);
    await expect.poll(() => page.locator('.facts .status').first().textContent(), patient).toContain('succeeded');
    expect(await fingerprint()).toBe(before);

    const again = await openImport(executionArn);
    await ask(again);
    const alert = again.getByRole('region', { name: 'Undo' }).getByRole('alert');
    await expect.poll(() => alert.textContent(), patient).toMatch(/has been undone already/);
  });
});
