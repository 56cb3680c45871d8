import { rename, rm } from 'node:fs/promises';
import { buildFunctions } from '../infrastructure/build/build-functions.ts';
import { assemblyDirectory } from './assembly.ts';
import { buildConsole } from './console/build-console.ts';
import { laptopSettings } from './laptop-settings.ts';

/** Everything that the local stack runs, into build/: functions, template, the console's page. Returns the bundles' sizes. */
export async function buildStack(): Promise<{ name: string; bytes: number }[]> {
  const [functions] = await Promise.all([buildFunctions(), buildConsole()]);
  await buildAssembly();
  return functions;
}

/** What was built before stays until all is there. */
async function buildAssembly(): Promise<void> {
  // The CDK takes a second to load.
  const { synthesize } = await import('./synthesize.ts');
  const unfinished = `${assemblyDirectory}.${process.pid}`;
  await synthesize(unfinished, laptopSettings);
  await rm(assemblyDirectory, { recursive: true, force: true });
  await rename(unfinished, assemblyDirectory);
}

if (import.meta.main) {
  for (const { name, bytes } of await buildStack()) {
    console.log(`${name.padEnd(20)} ${(bytes / 1024).toFixed(0).padStart(6)} KiB`);
  }
}
