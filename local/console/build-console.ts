import { build } from 'esbuild';

export const consoleDirectory = 'build/console';

/** Bundles the console's page into build/console: main.js and main.css, packages included, so that it works offline. */
export async function buildConsole(directory = consoleDirectory): Promise<void> {
  await build({
    entryPoints: ['local/console/page/main.tsx'],
    outdir: directory,
    bundle: true,
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
}
