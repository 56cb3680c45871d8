import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import { buildFunctions } from '../infrastructure/build/build-functions.ts';
import { assemblyDirectory, stackName } from './assembly.ts';
import { buildConsole } from './console/build-console.ts';
import { laptopSettings } from './laptop-settings.ts';

/** Everything that the local stack runs, into build/: functions, template, the console's page. Returns the bundles' sizes. */
export async function buildStack(): Promise<{ name: string; bytes: number }[]> {
  const [functions] = await Promise.all([buildFunctions(), buildConsole()]);
  const unfinished = `${assemblyDirectory}.${process.pid}`;
  try {
    await buildAssembly(unfinished);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return functions;
}

/** What was built before stays until all is there. */
async function buildAssembly(unfinished: string): Promise<void> {
  // The CDK takes a second to load.
  const { synthesize } = await import('./synthesize.ts');
  await synthesize(unfinished, laptopSettings);
  await nameAssetsFrom(unfinished);
  await rm(assemblyDirectory, { recursive: true, force: true });
  await rename(unfinished, assemblyDirectory).catch((error: NodeJS.ErrnoException) => {
    // Another build was quicker, with the same result.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
}

/** Names assets from the assembly's folder, so that a checkout may be moved with what was built in it. */
async function nameAssetsFrom(directory: string): Promise<void> {
  const file = join(directory, `${stackName}.assets.json`);
  const manifest = JSON.parse(await readFile(file, 'utf8'), (key, value) =>
    key === 'path' && isAbsolute(value) ? relative(directory, value) : value,
  );
  await writeFile(file, JSON.stringify(manifest));
}

if (import.meta.main) {
  for (const { name, bytes } of await buildStack()) {
    console.log(`${name.padEnd(20)} ${(bytes / 1024).toFixed(0).padStart(6)} KiB`);
  }
}
