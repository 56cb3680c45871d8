import { existsSync } from 'node:fs';
import { cp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decode, encode, type SourceMapSegment } from '@jridgewell/sourcemap-codec';
import { build, type Plugin } from 'esbuild';

export const functionsDirectory = 'build/functions';

/** Names of all functions: the folders of functions/ that have a handler. */
export async function functionNames(): Promise<string[]> {
  const folders = await readdir('functions');
  return folders.filter((folder) => existsSync(join('functions', folder, 'handler.ts')));
}

/** What functions run in threads of their own, bundled beside their handlers. */
const threads = [
  {
    source: 'functions/parse-spreadsheet/sheets/other-workbooks/convert-in-thread.ts',
    out: 'parse-spreadsheet/convert-in-thread',
  },
];

/**
 * sharp is native code: a layer brings it on AWS, node_modules on a laptop. Lambda tells Node.js of its layers through
 * NODE_PATH, which `require` honours and `import` does not, so the import becomes a require.
 * https://nodejs.org/api/esm.html#no-node_path
 */
const sharpFromLayer: Plugin = {
  name: 'sharp-from-layer',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^sharp$/ }, ({ namespace }) =>
      namespace === 'layer' ? { path: 'sharp', external: true } : { path: 'sharp', namespace: 'layer' },
    );
    onLoad({ filter: /^sharp$/, namespace: 'layer' }, () => ({ contents: "module.exports = require('sharp')" }));
  },
};

/**
 * Leaves packages out of a bundle's source map. Node.js reads it at the first error of an environment and keeps it: with
 * packages that of convert-image is 38 MB of heap instead of 6, which every later collection goes through.
 */
async function keepOwnSources(path: string): Promise<void> {
  const map: { sources: string[]; mappings: string } = JSON.parse(await readFile(path, 'utf8'));
  const isOwn = ([, source]: SourceMapSegment) =>
    source !== undefined && !map.sources[source]?.includes('/node_modules/');
  const mappings = decode(map.mappings).map((line) =>
    line
      .map((segment): SourceMapSegment => (isOwn(segment) ? segment : [segment[0]]))
      // One segment is enough to say that from there on nothing is known.
      .filter((segment, index, all) => segment.length > 1 || all[index - 1]?.length !== 1),
  );
  await writeFile(path, JSON.stringify({ ...map, mappings: encode(mappings) }));
}

/**
 * Bundles every function into build/functions/{name}/index.mjs with its source map, for Lambda and the local stack
 * alike; sharp stays outside. Returns the size of each bundle. What was built before stays until all is there.
 */
export async function buildFunctions(directory = functionsDirectory): Promise<{ name: string; bytes: number }[]> {
  const unfinished = `${directory}.${process.pid}`;
  await rm(unfinished, { recursive: true, force: true });
  const names = await functionNames();
  await build({
    entryPoints: [
      ...names.map((name) => ({ in: `functions/${name}/handler.ts`, out: `${name}/index` })),
      ...threads.map(({ source, out }) => ({ in: source, out })),
    ],
    outdir: unfinished,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    sourcemap: 'linked',
    sourcesContent: false,
    // A cold start reads a fifth less. Names stay, which stack traces and log lines show.
    minifySyntax: true,
    minifyWhitespace: true,
    plugins: [sharpFromLayer],
    // CommonJS packages inside an ES module still call require.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'warning',
  });
  for (const bundle of [...names.map((name) => `${name}/index`), ...threads.map(({ out }) => out)])
    await keepOwnSources(join(unfinished, `${bundle}.mjs.map`));
  await cp('schema/migrations', join(unfinished, 'migrate/migrations'), { recursive: true });
  await rm(directory, { recursive: true, force: true });
  await rename(unfinished, directory);
  return Promise.all(
    names.map(async (name) => ({ name, bytes: (await stat(join(directory, name, 'index.mjs'))).size })),
  );
}
