import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sharpLock } from './sharp-lock.ts';

export const sharpLayerDirectory = 'build/layers/sharp';

/**
 * Bytes of the unpacked layer: sharp 0.35 for linux/arm64 takes 20 MB; Lambda allows 250 MB for code and layers.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const maxLayerBytes = 40 * 1024 * 1024;

/**
 * Builds the layer with sharp for Lambda's processor, whatever this machine's own is, from the versions and checksums in
 * package-lock.json. Returns its size in bytes. Throws where npm cannot fetch them; what was built before stays then.
 */
export async function buildSharpLayer(directory = sharpLayerDirectory): Promise<number> {
  const { packageJson, packageLock } = sharpLock(JSON.parse(await readFile('package-lock.json', 'utf8')));
  const unfinished = `${directory}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  const target = join(unfinished, 'nodejs');
  await mkdir(target, { recursive: true });
  await writeFile(join(target, 'package.json'), JSON.stringify(packageJson));
  await writeFile(join(target, 'package-lock.json'), JSON.stringify(packageLock));
  await installForLambda(target);
  // What is not of sharp: npm's own record of the install may differ between two builds of one commit.
  await rm(join(target, 'node_modules/.package-lock.json'), { force: true });
  await rm(join(target, 'package-lock.json'));
  const bytes = await directoryBytes(unfinished);
  if (bytes > maxLayerBytes) {
    throw new Error(`The sharp layer has ${bytes} bytes, expected at most ${maxLayerBytes}`);
  }
  await rm(directory, { recursive: true, force: true });
  await rename(unfinished, directory);
  return bytes;
}

async function installForLambda(directory: string): Promise<void> {
  const platform = ['--os=linux', '--cpu=arm64', '--libc=glibc'];
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-bin-links', '--loglevel=error'];
  try {
    await promisify(execFile)('npm', ['ci', ...platform, ...quiet], { cwd: directory });
  } catch (error) {
    const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
    const [reason] = stderr.match(/(?<=^npm error )(?!code|errno|syscall).+/m) ?? [String(error)];
    throw new Error(`npm could not install sharp for linux/arm64: ${reason}`, { cause: error });
  }
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
  try {
    const bytes = await buildSharpLayer();
    console.log(`${sharpLayerDirectory}  ${(bytes / 1024 / 1024).toFixed(1)} MiB`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
