import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { decode } from '@jridgewell/sourcemap-codec';
import { FileSystem } from 'aws-cdk-lib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFunctions, functionNames } from '../../infrastructure/build/build-functions.ts';
import { useServices } from '../support/services.ts';

const names = await functionNames();
useServices({ buckets: ['work', 'images'] });

let build: string;
let directory: string;
let layer: string;
beforeAll(async () => {
  build = await buildAside();
  directory = await mkdtemp(join(tmpdir(), 'supplier-import-bundles-'));
  // What /opt/nodejs/node_modules holds on Lambda, with sharp for this machine.
  layer = join(directory, 'layer');
  await mkdir(layer);
  for (const name of ['sharp', '@img', 'detect-libc', 'semver']) {
    await symlink(resolve('node_modules', name), join(layer, name));
  }
});
afterAll(async () => {
  for (const folder of [build, directory]) await rm(folder, { recursive: true });
});

/** Builds beside build/functions: source maps name their sources relative to themselves. */
async function buildAside(): Promise<string> {
  await mkdir('build', { recursive: true });
  const folder = await mkdtemp(join('build', 'functions-'));
  await buildFunctions(folder);
  return folder;
}

/** Prints what the handler in the current folder made of the event, as Lambda would report it. */
const invoke = `
  const { handler } = await import(process.cwd() + '/index.mjs');
  const answer = await handler(JSON.parse(process.env.EVENT)).catch(({ name, message, stack }) => ({
    name, message, source: /functions(?:.[a-z-]+)+[.]ts/.exec(stack)?.[0],
  }));
  console.log('\\n' + JSON.stringify(answer));
  process.exit(0);`;

/** Runs a bundle in a process of its own, outside the checkout, with the files that are deployed and nothing else. */
async function run(name: string, event: unknown, environment: Record<string, string> = {}): Promise<unknown> {
  const folder = join(directory, 'deployed', name);
  await cp(join(build, name), folder, { recursive: true });
  const env = {
    EVENT: JSON.stringify(event),
    AWS_REGION: 'us-east-1',
    POWERTOOLS_SERVICE_NAME: 'Test',
    ...(name === 'convert-image' && { NODE_PATH: layer }),
    ...environment,
  };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--enable-source-maps', '--input-type=module', '--eval', invoke],
    { cwd: folder, env },
  );
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

/** Functions that take any event go on to what the event needs: its place in the environment. */
const unconfigured = {
  migrate: /^DATABASE_SECRET_ARN is not set/,
} as const;

describe('a bundle with its deployed files alone', () => {
  it.each(names.filter((name) => !(name in unconfigured)))(
    'answers an event: %s refuses one that is not its own',
    async (name) => {
      expect(await run(name, { unexpected: true }, { WORK_BUCKET: 'work', REPORTS_BUCKET: 'reports' })).toMatchObject({
        name: 'ZodError',
      });
    },
  );

  it.each(Object.entries(unconfigured))('answers an event: %s says what it lacks', async (name, message) => {
    expect(await run(name, {})).toEqual({
      name: 'MissingEnvironmentVariable',
      message: expect.stringMatching(message),
      source: 'functions/shared/runtime/environment.ts',
    });
  });

  it.each(names)('maps the lines of %s to our own sources alone', async (name) => {
    const map: { sources: string[]; mappings: string } = JSON.parse(
      await readFile(join(build, name, 'index.mjs.map'), 'utf8'),
    );
    const mapped = decode(map.mappings).flatMap((line) => line.flatMap(([, source]) => source ?? []));
    const sources = [...new Set(mapped)].map((source) => map.sources[source]);
    expect(sources).toContain(`../../../functions/${name}/handler.ts`);
    expect(sources.filter((source) => source?.includes('node_modules'))).toEqual([]);
  });

  it('finds sharp in its layer: convert-image refuses an address inside', async () => {
    const item = {
      imageId: 1,
      sourceUrl: 'http://127.0.0.1/a.jpg',
      supplierCode: 'acme',
      attempt: 1,
      etag: null,
      lastModified: null,
      headers: {},
      allowSvg: false,
    };
    const environment = {
      CONVERSION_SETTINGS: '{}',
      ALLOWED_IMAGE_HOSTS: '',
      IMAGES_BUCKET: 'images',
      WORK_BUCKET: 'work',
      IMAGES_BASE_URL: 'https://images.example',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL_S3: process.env.AWS_ENDPOINT_URL_S3 ?? '',
    };
    const event = { image: item, batchStartedAt: new Date().toISOString() };
    expect(await run('convert-image', event, environment)).toMatchObject({ status: 'failed', code: 'BLOCKED_ADDRESS' });
  });

  it('has the migrations with it', async () => {
    const deployed = await readdir(join(build, 'migrate/migrations'), { recursive: true });
    expect(deployed.sort()).toEqual((await readdir('schema/migrations', { recursive: true })).sort());
  });
});

describe('the build', () => {
  it('gives the same assets twice', async () => {
    const again = await buildAside();
    const hashes = (folder: string) => names.map((name) => [name, FileSystem.fingerprint(join(folder, name))]);
    expect(hashes(again)).toEqual(hashes(build));
    await rm(again, { recursive: true });
  });

  it('does not say where it was made', async () => {
    for (const file of names.flatMap((name) => [`${name}/index.mjs`, `${name}/index.mjs.map`])) {
      const content = await readFile(join(build, file), 'utf8');
      expect(content.includes(process.cwd()), file).toBe(false);
    }
  });
});
