import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

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

/** The browser of this machine; undefined where it has none. */
export const browserExecutable = executables.find((path) => existsSync(path));

/** A browser without a window, with a profile that ends with it. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: browserExecutable,
    headless: true,
    // Root, as in a container, has no sandbox.
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
}
