import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'supplier-import-capacity-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function capacity(...args: string[]): Promise<{ stdout: string; stderr: string; code: number }> {
  return promisify(execFile)(process.execPath, ['operate/capacity/run.ts', ...args]).then(
    (output) => ({ ...output, code: 0 }),
    (failure: { stdout: string; stderr: string; code: number }) => failure,
  );
}

const small = ['--products', '50', '--images-per-product', '4', '--hosts', '2'];

it('prints time, cost, limits and what to raise', async () => {
  const { stdout, stderr, code } = await capacity(...small);
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  expect(stdout).toContain('1 import of 50 products, 200 images on 2 hosts (elastic CDN)');
  for (const part of [
    'wall time',
    'database connections',
    'cost of a month',
    'images.mostPerHost',
    'S3 PUT (?)',
    '64 → 128',
  ]) {
    expect(stdout).toContain(part);
  }
});

it('takes settings from a file as deploying does', async () => {
  const file = join(directory, 'slow.json');
  await writeFile(file, JSON.stringify({ images: { mostLanes: 1 } }));
  const [usual, slow] = await Promise.all(
    [[], ['--settings', file]].map(async (more) => JSON.parse((await capacity(...small, '--json', ...more)).stdout)),
  );
  expect(slow.seconds).toBeGreaterThan(usual.seconds * 2);
  expect(slow.halving.steps[0].name).toContain('images.mostLanes');
});

it('tells what was left and what failed, and exits with 1', async () => {
  // 50 hours of work for one lane; sweeps are waited for a day.
  const hopeless = [
    '--imports',
    '0',
    '--due',
    '3000',
    '--hosts',
    '1',
    '--max-concurrency',
    '1',
    '--image-seconds',
    '60',
  ];
  const [tables, json] = await Promise.all([capacity(...hopeless), capacity(...hopeless, '--json')]);
  expect([tables.code, json.code]).toEqual([1, 1]);
  const { seconds, dollars, failedImports, left } = JSON.parse(json.stdout);
  expect({ seconds, dollars, failedImports, left }).toEqual({
    seconds: expect.any(Number),
    dollars: expect.any(Number),
    failedImports: 0,
    left: { images: expect.any(Number), chunks: 0 },
  });
  expect(left.images).toBeGreaterThan(0);
  expect(tables.stdout).toContain(`NOT DONE: 0 failed imports, ${left.images.toLocaleString('en-US')} images`);
});

it.each([
  [['--products', 'many'], '--products: '],
  [['--hosts', '0'], '--hosts: '],
  [['--images-per-product', '-1'], '--images-per-product: '],
  [['--settings', 'absent.json'], 'settings=absent.json'],
])('%j ends with one line', async (args, message) => {
  const { stdout, stderr, code } = await capacity(...args);
  expect({ stdout, code }).toEqual({ stdout: '', code: 1 });
  expect(stderr).toContain(message);
  expect(stderr).toMatch(/^error: [^\n]+\n$/);
});
