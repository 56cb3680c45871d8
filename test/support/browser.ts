import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { afterAll, describe, onTestFinished } from 'vitest';

/** Debian's Chromium, then what Linux, macOS and Windows call Chrome and Edge. */
const executables = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/microsoft-edge',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];
const executablePath = executables.find((path) => existsSync(path));

let running: Promise<Browser> | undefined;

/**
 * `describe` for tests that open a page, all in one browser: where the machine has none they are left out, and a line
 * says so.
 */
export function describeInBrowser(title: string, tests: () => void): void {
  if (executablePath === undefined) {
    process.stderr.write(`No Chromium, Chrome or Edge was found: left out the tests of "${title}"\n`);
  }
  describe.skipIf(executablePath === undefined)(title, () => {
    afterAll(async () => {
      await (await running)?.close();
      running = undefined;
    });
    tests();
  });
}

/** A profile of its own in the browser, which has no window; closed when the test ends. */
export async function openBrowser(): Promise<BrowserContext> {
  running ??= chromium.launch({
    executablePath,
    headless: true,
    // Root, as in a container, has no sandbox.
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  const context = await (await running).newContext();
  onTestFinished(() => context.close());
  return context;
}
