import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import { describe, onTestFinished } from 'vitest';

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

/** `describe` for tests that open a page: where the machine has no browser they are left out, and a line says so. */
export function describeInBrowser(title: string, tests: () => void): void {
  if (executablePath === undefined) {
    process.stderr.write(`No Chromium, Chrome or Edge was found: left out the tests of "${title}"\n`);
  }
  describe.skipIf(executablePath === undefined)(title, tests);
}

/** A browser without a window and with a profile of its own, closed when the test ends. */
export async function openBrowser(): Promise<BrowserContext> {
  const profile = await mkdtemp(join(tmpdir(), 'supplier-import-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    // Root, as in a container, has no sandbox.
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  onTestFinished(async () => {
    await context.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  });
  return context;
}
