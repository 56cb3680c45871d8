import { statfs } from 'node:fs/promises';

const gigabyte = 1024 ** 3;

/** A sentence where the disk of `directory` has less free than an import of some thousand products may take, else null. */
export async function lowSpaceWarning(directory: string, wantedBytes = 2 * gigabyte): Promise<string | null> {
  const { bavail, bsize } = await statfs(directory);
  const free = bavail * bsize;
  if (free >= wantedBytes) return null;
  return `Only ${(free / gigabyte).toFixed(1)} GB are free on the disk of ${directory}: imports may fill it, which ends the stack.`;
}
