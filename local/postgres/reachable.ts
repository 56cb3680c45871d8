import { chmod, realpath, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, sep } from 'node:path';

/**
 * PostgreSQL refuses to run as root, so root starts it as another user, who has to pass through every folder above
 * `path`. Folders inside the checkout or the temporary folder (`mktemp -d` makes private ones) get the permission to be
 * passed through, not to be listed; throws one line for any other that lacks it, such as /root.
 */
export async function makeReachable(path: string): Promise<void> {
  const ours = await Promise.all([process.cwd(), tmpdir()].map((folder) => realpath(folder)));
  for (let folder = await realpath(path); folder !== dirname(folder); folder = dirname(folder)) {
    const { mode } = await stat(folder);
    if (mode & 0o001) continue;
    if (!ours.some((own) => folder === own || folder.startsWith(own + sep))) {
      throw new Error(
        `PostgreSQL runs as the user postgres, who cannot enter ${folder}: chmod o+x ${folder}, or work elsewhere`,
      );
    }
    await chmod(folder, mode | 0o001);
  }
}
