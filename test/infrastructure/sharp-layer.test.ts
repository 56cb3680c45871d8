import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FileSystem } from 'aws-cdk-lib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildSharpLayer, sharpLayerDirectory } from '../../infrastructure/build/build-assets.ts';
import { sharpLock } from '../../infrastructure/build/sharp-lock.ts';

const projectLock = JSON.parse(await readFile('package-lock.json', 'utf8'));

/** The layers at hand: the one that is built already, and two that npm builds now, where it reaches its registry. */
const layers: string[] = [];
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'supplier-import-layer-'));
  if (existsSync(sharpLayerDirectory)) layers.push(sharpLayerDirectory);
  try {
    for (const name of ['first', 'again']) {
      await buildSharpLayer(join(directory, name));
      layers.push(join(directory, name));
    }
  } catch (error) {
    // Without a registry, the lock is what can be looked at.
    expect(String(error)).toMatch(/npm could not install sharp for linux\/arm64: /);
  }
});
afterAll(() => rm(directory, { recursive: true }));

async function nativeFiles(layer: string): Promise<string[]> {
  const files = await readdir(layer, { recursive: true });
  return files.filter((file) => /\.node$|\.so(\.[\d.]+)?$/.test(file)).map((file) => join(layer, file));
}

/** Machine of an ELF file: two bytes at offset 18. https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html */
async function elfMachine(path: string): Promise<number> {
  const file = await open(path);
  const { buffer } = await file.read(Buffer.alloc(20), 0, 20, 0);
  await file.close();
  expect(buffer.subarray(0, 4).toString('latin1')).toBe('\x7fELF');
  return buffer.readUInt16LE(18);
}
const aarch64 = 183;

describe('the sharp layer', () => {
  it('is made of the versions and checksums that package-lock.json has', () => {
    const { packageJson, packageLock } = sharpLock(projectLock);
    expect(packageJson.dependencies.sharp).toBe(projectLock.packages['node_modules/sharp'].version);
    const { '': root, ...packages } = packageLock.packages;
    expect(root).toEqual(packageJson);
    expect(Object.keys(packages)).toContain('node_modules/@img/sharp-linux-arm64');
    for (const [path, locked] of Object.entries(packages)) {
      expect(locked, path).toMatchObject({ integrity: expect.stringMatching(/^sha512-/) });
      expect(locked, path).toEqual(projectLock.packages[path]);
    }
  });

  it('cannot be made of a lock without sharp', () => {
    expect(() => sharpLock({ packages: {} })).toThrow(
      'package-lock.json has no node_modules/sharp: run npm install first',
    );
  });

  it('is for linux/arm64, whatever this machine is', async () => {
    for (const layer of layers) {
      const files = await nativeFiles(layer);
      expect(files.length, layer).toBeGreaterThanOrEqual(2);
      for (const file of files) expect(await elfMachine(file), file).toBe(aarch64);
    }
  });

  it('is the same each time it is built', () => {
    const built = layers.filter((layer) => layer.startsWith(directory));
    expect(new Set(built.map((layer) => FileSystem.fingerprint(layer))).size).toBe(built.length > 0 ? 1 : 0);
  });

  it('has no links, which the zip of an asset would not keep', async () => {
    for (const layer of layers) {
      const entries = await readdir(layer, { recursive: true, withFileTypes: true });
      expect(entries.filter((entry) => entry.isSymbolicLink())).toEqual([]);
    }
  });

  it.runIf(process.platform === 'linux' && process.arch === 'arm64')('converts an image', async () => {
    for (const layer of layers) {
      const script = `const sharp = require('sharp');
        sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } }).webp().toBuffer()
          .then((bytes) => console.log(bytes.toString('latin1', 8, 12)))`;
      const env = { NODE_PATH: join(process.cwd(), layer, 'nodejs/node_modules') };
      const { stdout } = await promisify(execFile)(process.execPath, ['--eval', script], { cwd: tmpdir(), env });
      expect(stdout.trim()).toBe('WEBP');
    }
  });
});
