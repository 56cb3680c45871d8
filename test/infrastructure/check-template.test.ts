import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';

/** Runs `npm run check:template` in a folder of its own, on a machine without Python. */
async function check(prepare: (folder: string) => Promise<void>): Promise<{ code: number; stderr: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'supplier-import-lint-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await prepare(folder);
  const script = resolve('infrastructure/build/check-template.ts');
  const run = promisify(execFile)(process.execPath, [script], { cwd: folder, env: { PATH: folder } });
  return run.then(
    () => ({ code: 0, stderr: '' }),
    ({ code, stderr }) => ({ code, stderr }),
  );
}

it('says in one line that there is no template yet', async () => {
  const stderr = 'cdk.out has no template: run npm run synth first\n';
  expect(await check(async () => {})).toEqual({ code: 1, stderr });
});

it('says in one line that Python is missing', async () => {
  const synthesized = async (folder: string) => {
    await mkdir(join(folder, 'cdk.out'));
    await writeFile(join(folder, 'cdk.out/SupplierImport.template.json'), '{}');
  };
  const stderr = 'Python 3 with its module venv is needed, and was not found\n';
  expect(await check(synthesized)).toEqual({ code: 1, stderr });
});
