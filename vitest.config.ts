import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// Workers, and the commands that tests run, compile each package once and not once per process.
process.env.NODE_COMPILE_CACHE ??= resolve('node_modules/.cache/node-compile');
process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --import ${pathToFileURL('test/support/drizzle-imports.mjs')}`;

/** A file of test/ with those of test/ that it imports, and that they import. */
function withImports(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(/ from '(\.[^']+)'/g)) {
    const imported = relative('.', join(dirname(file), path));
    if (imported.startsWith(`test${sep}`)) withImports(imported, found);
  }
  return found;
}

/** In a glob, a back slash is no separator. */
const asGlob = (file: string) => file.replaceAll(sep, '/');
const textOf = (file: string) => `${asGlob(file)}\n${readFileSync(file, 'utf8')}`;
const files = globSync('test/**/*.test.ts').map((file) => ({
  file,
  own: textOf(file),
  withHelpers: [...withImports(file)].map(textOf).join('\n'),
}));
const filesWith = (pattern: RegExp) => files.filter(({ own }) => pattern.test(own)).map(({ file }) => file);
const filesThatNeed = (pattern: RegExp) =>
  files.filter(({ withHelpers }) => pattern.test(withHelpers)).map(({ file }) => file);

/** Tests that change their process: its environment, which SDK clients keep, or what is loaded. */
const alone = filesThatNeed(/support\/(services|handlers|step-functions-api)\.ts|stubEnv|resetModules/);

/** Tests that take the longest: they start the whole stack. */
const ofStack = filesThatNeed(/local\/(stack|start)\.ts|stack-process/);

/**
 * In this order. Workers belong to a project and start anew with the next one: garbage collection of a heap that hundreds of
 * test files have filled is slow.
 */
const projects = ['stack', 'parse-spreadsheet', 'functions', 'local', 'others', 'alone'] as const;

function projectOf(file: string): (typeof projects)[number] {
  if (alone.includes(file)) return 'alone';
  if (ofStack.includes(file)) return 'stack';
  const [, room, name] = file.split(sep);
  if (room === 'local') return room;
  if (room !== 'functions') return 'others';
  return name === 'parse-spreadsheet' ? name : room;
}

/** The stack's first, which take the longest, so that none is left over at the end. */
class ProjectByProject extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const names: string[] = [...projects];
    const place = ({ project }: TestSpecification) => names.indexOf(project.name);
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

/**
 * What `npm run test:quick` leaves out: what is not the product itself; tests that need, or whose helpers need, PostgreSQL, a
 * browser, built functions (the stack, synthesis) or other processes; properties; and tests that measure time or memory, or
 * wait for servers that misbehave.
 */
const slow = [
  ...globSync('test/{local,operate,bench,chaos,browser,docs,end-to-end}/**/*.test.ts'),
  ...alone,
  ...ofStack,
  ...filesThatNeed(/support\/(database|template|browser)\.ts|child_process|aws-cdk-lib/),
  ...filesWith(/'fast-check'|performance\.now|memoryUsage|\brss\b|milliseconds|hostile-cdn-misbehaviours/),
];

const shared = {
  setupFiles: ['test/support/property-seed.ts'],
  // Real PostgreSQL, sharp and sockets on two cores: a slow machine is not a failed test.
  testTimeout: 60_000,
  hookTimeout: 120_000,
};

/** Files that share a process import each package once. Node.js runs them as it runs the functions, types stripped. */
const together = { ...shared, isolate: false, experimental: { viteModuleRunner: false } };

export default defineConfig(({ mode }) => ({
  test: {
    globalSetup: mode === 'quick' ? [] : ['test/support/postgres-setup.ts'],
    // For two cores: some tests wait for a server that drips, a queue or a browser, and others work meanwhile.
    maxWorkers: 3,
    sequence: { sequencer: ProjectByProject },
    projects:
      mode === 'quick'
        ? [{ test: { ...together, name: 'quick', include: ['test/**/*.test.ts'], exclude: slow.map(asGlob) } }]
        : projects.map((name) => ({
            test: {
              ...(name === 'alone' ? shared : together),
              name,
              include: files.filter(({ file }) => projectOf(file) === name).map(({ file }) => asGlob(file)),
            },
          })),
  },
}));
