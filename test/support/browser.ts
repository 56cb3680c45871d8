import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, describe, onTestFinished } from 'vitest';
import { browserExecutable, launchBrowser } from '../../local/demo/screenshots/browser.ts';

let running: Promise<Browser> | undefined;

/**
 * `describe` for tests that open a page, all in one browser: where the machine has none they are left out, and a line
 * says so.
 */
export function describeInBrowser(title: string, tests: () => void): void {
  if (browserExecutable === undefined) {
    process.stderr.write(`No Chromium, Chrome or Edge was found: left out the tests of "${title}"\n`);
  }
  describe.skipIf(browserExecutable === undefined)(title, () => {
    afterAll(async () => {
      await (await running)?.close();
      running = undefined;
    });
    tests();
  });
}

/** A profile of its own in the browser, which has no window; closed when the test ends. */
export async function openBrowser(): Promise<BrowserContext> {
  running ??= launchBrowser();
  const context = await (await running).newContext();
  onTestFinished(() => context.close());
  return context;
}
