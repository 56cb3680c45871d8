import { request } from 'node:http';
import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What the port of `address` answers to a request whose headers no browser would send. */
export function answerOf(address: string, method: string, path: string, headers: Record<string, string>) {
  const { port } = new URL(address);
  return new Promise<{ status: number | undefined; headers: NodeJS.Dict<string | string[]> }>((resolve, reject) => {
    request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      response.resume();
      resolve({ status: response.statusCode, headers: response.headers });
    })
      .on('error', reject)
      .end();
  });
}

/** What axe finds, each with the first element that it is about. */
export async function violationsIn(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe: loaded } = globalThis as unknown as { axe: typeof axe };
    const found = await loaded.run();
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  });
}

/** Keeps every status that a state of the graph has had, in `seen`. */
export const watchStatuses = `
  seen = new Set();
  new MutationObserver(() => {
    for (const state of document.querySelectorAll('[data-state]')) seen.add(state.dataset.status);
  }).observe(document.body, { subtree: true, childList: true, attributes: true });
  undefined`;

/** Statuses of the graph's states by name. */
export function statusesOf(page: Page): Promise<Record<string, string>> {
  return page
    .locator('[data-state]')
    .evaluateAll((buttons) =>
      Object.fromEntries(
        buttons.map((button) => [button.getAttribute('data-state'), button.getAttribute('data-status')]),
      ),
    );
}

/** Pictures of products that the browser could draw. */
export function loadedPictures(page: Page): Promise<number> {
  return page
    .locator('.products img')
    .evaluateAll(
      (pictures) =>
        pictures.filter((picture) => (picture as unknown as { naturalWidth: number }).naturalWidth > 0).length,
    );
}
