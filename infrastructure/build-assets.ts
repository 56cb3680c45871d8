import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const sharpLayerDirectory = 'build/layers/sharp';

/**
 * Bytes of the unpacked layer: sharp 0.35 for linux/arm64 takes 20 MB; Lambda allows 250 MB for code and layers.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const maxLayerBytes = 40 * 1024 * 1024;

/** Builds the layer with sharp for Lambda's processor, whatever this machine's own is. Returns its size in bytes. */
export async function buildSharpLayer(directory = sharpLayerDirectory): Promise<number> {
  const { dependencies } = JSON.parse(await readFile('package.json', 'utf8'));
  await rm(directory, { recursive: true, force: true });
  const target = join(directory, 'nodejs');
  await mkdir(target, { recursive: true });
  await writeFile(join(target, 'package.json'), JSON.stringify({ dependencies: { sharp: dependencies.sharp } }));
  await promisify(execFile)(
    'npm',
    [
      'install',
      '--os=linux',
      '--cpu=arm64',
      '--libc=glibc',
      '--omit=dev',
      '--no-audit',
      '--no-fund',
      '--no-package-lock',
      '--no-bin-links',
    ],
    { cwd: target },
  );
  // npm's own record of the install holds times: without it, two builds of one commit have the same hash.
  await rm(join(target, 'node_modules/.package-lock.json'), { force: true });
  const bytes = await directoryBytes(directory);
  if (bytes > maxLayerBytes) {
    throw new Error(`The sharp layer has ${bytes} bytes, expected at most ${maxLayerBytes}`);
  }
  return bytes;
}

async function directoryBytes(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size),
  );
  return sizes.reduce((total, size) => total + size, 0);
}

if (import.meta.main) {
  const bytes = await buildSharpLayer();
  console.log(`${sharpLayerDirectory}  ${(bytes / 1024 / 1024).toFixed(1)} MiB`);
}
