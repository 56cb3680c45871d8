import { once } from 'node:events';
import { glob, readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { blockedLoaders, restrictDecoders } from '../../../../functions/convert-image/decode/decoders.ts';
import { plain } from '../../../support/hostile-cdn-images.ts';

/** The loader classes of the libvips that sharp brought. */
async function loadersOfLibvips(): Promise<string[]> {
  const names = new Set<string>();
  for await (const file of glob('node_modules/@img/sharp-*/lib/*libvips*')) {
    for (const [name] of (await readFile(file, 'latin1')).matchAll(/VipsForeignLoad[A-Z]\w*/g)) names.add(name);
  }
  return [...names];
}

it('leaves nothing readable but buffers of the wanted formats', async () => {
  const left = (await loadersOfLibvips()).filter((name) => !blockedLoaders.some((blocked) => name.startsWith(blocked)));
  const readers = left.filter((name) => name.endsWith('Buffer')).sort();
  const wanted = ['Heif', 'Jpeg', 'Nsgif', 'Png', 'Svg', 'Tiff', 'Webp'].map((format) => `VipsForeignLoad${format}`);
  expect(readers).toEqual(wanted.map((format) => `${format}Buffer`));
  // The classes above them read nothing by themselves.
  expect(left.filter((name) => !readers.includes(name)).sort()).toEqual(wanted);
});

it('opens no file, and no matrix', async () => {
  restrictDecoders();
  await expect(sharp('test/functions/convert-image/decode/decoders.test.ts').metadata()).rejects.toThrow('unsupported');
  await expect(sharp(Buffer.from('2 2\n1 0\n0 1\n')).metadata()).rejects.toThrow('unsupported');
});

it('never keeps another thread from decoding while an environment starts', async () => {
  const module = new URL('../../../../functions/convert-image/decode/decoders.ts', import.meta.url);
  const starting = new Worker(
    `import(${JSON.stringify(module.href)}).then(({ restrictDecoders }) => {
      restrictDecoders();
      require('node:worker_threads').parentPort.postMessage('started');
      for (;;) restrictDecoders();
    });`,
    { eval: true },
  );
  await once(starting, 'message');
  const jpeg = await plain(16, 16, 'red').jpeg().toBuffer();
  try {
    for (let n = 0; n < 500; n += 1) expect((await sharp(jpeg).metadata()).format).toBe('jpeg');
  } finally {
    await starting.terminate();
  }
});
