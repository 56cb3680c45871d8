import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openStackLog } from '../../local/stack-log.ts';

async function logFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'supplier-import-log-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'stack.log');
}
const unexpected = (error: Error) => {
  throw error;
};

it('goes on where it ended, for its owner alone', async () => {
  const file = await logFile();
  await writeFile(file, 'before\n', { mode: 0o644 });
  openStackLog(file, unexpected)('after');
  expect(await readFile(file, 'utf8')).toBe('before\nafter\n');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

it('takes no more room than two files, and keeps what is newest', async () => {
  const file = await logFile();
  const log = openStackLog(file, unexpected, 1000);
  for (let line = 0; line < 500; line += 1) log(`line ${line}`);
  expect(await readdir(join(file, '..'))).toEqual(['stack.log', 'stack.log.old']);
  const kept = [await readFile(`${file}.old`, 'utf8'), await readFile(file, 'utf8')];
  for (const { length } of kept) expect(length).toBeLessThan(1100);
  expect(kept.join('')).toMatch(/^line \d+\n(line \d+\n)*line 499\n$/);
});

it.skipIf(!existsSync('/dev/full'))('says once that the disk is full', async () => {
  const file = await logFile();
  await symlink('/dev/full', file);
  const failures: string[] = [];
  const log = openStackLog(file, ({ message }) => failures.push(message));
  log('one');
  log('two');
  expect(failures).toEqual([`Cannot write ${file}: the disk is full`]);
});
