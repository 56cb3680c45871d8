import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { describe, onTestFinished } from 'vitest';
import { browserExecutable, launchBrowser } from '../../local/demo/screenshots/browser.ts';

/** `describe` for tests that open a page: where the machine has no browser they are left out, and a line says so. */
export function describeInBrowser(title: string, tests: () => void): void {
  if (browserExecutable === undefined) {
    process.stderr.write(`No Chromium, Chrome or Edge was found: left out the tests of "${title}"\n`);
  }
  describe.skipIf(browserExecutable === undefined)(title, tests);
}

/** A browser without a window and with a profile of its own, closed when the test ends. */
export async function openBrowser(): Promise<BrowserContext> {
  const profile = await mkdtemp(join(tmpdir(), 'supplier-import-browser-'));
  const context = await launchBrowser(profile);
  onTestFinished(async () => {
    await context.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  });
  return context;
}
