import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { lowSpaceWarning } from '../../local/disk-space.ts';

it('warns where less is free than is wanted, and says how much', async () => {
  expect(await lowSpaceWarning(tmpdir(), 2 ** 60)).toMatch(/^Only \d+\.\d GB are free on the disk of /);
  expect(await lowSpaceWarning(tmpdir(), 0)).toBeNull();
});
