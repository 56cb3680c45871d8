import { expect, it } from 'vitest';
import { directLink } from '../../../../functions/convert-image/fetch/direct-link.ts';
import { useHostileCdn } from '../../../support/hostile-cdn.ts';
import { createConverter } from '../../../support/hostile-cdn-client.ts';
import { picture } from '../../../support/hostile-cdn-images.ts';
import { rerouteSockets } from '../../../support/rerouted-sockets.ts';

const drive = 'https://drive.usercontent.google.com/download?id=1aB_c-D9&export=download';

it.each([
  ['https://drive.google.com/file/d/1aB_c-D9/view?usp=sharing', drive],
  ['https://drive.google.com/file/d/1aB_c-D9/preview', drive],
  ['https://drive.google.com/file/u/0/d/1aB_c-D9/edit', drive],
  ['https://drive.google.com/open?id=1aB_c-D9', drive],
  ['https://drive.google.com/uc?id=1aB_c-D9', drive],
  ['https://drive.google.com/uc?export=view&id=1aB_c-D9', drive],
  ['https://docs.google.com/uc?export=download&id=1aB_c-D9', drive],
  ['https://drive.google.com/file/d/1aB_c-D9/view?resourcekey=0-xyz', `${drive}&resourcekey=0-xyz`],
  ['https://drive.google.com/a/acme.example/file/d/1aB_c-D9/view', drive],
  ['https://drive.google.com/u/1/uc?id=1aB_c-D9&export=download', drive],
  ['https://drive.google.com/a/acme.example/u/0/open?id=1aB_c-D9', drive],
  ['https://docs.google.com/file/d/1aB_c-D9/edit?usp=drive_link', drive],
  ['https://www.dropbox.com/sh/x1/y2/shoes/red.jpg?dl=0', 'https://www.dropbox.com/sh/x1/y2/shoes/red.jpg?dl=1'],
  ['https://www.dropbox.com/s/abc123/photo.jpg?dl=0', 'https://www.dropbox.com/s/abc123/photo.jpg?dl=1'],
  ['https://dropbox.com/s/abc123/photo.jpg', 'https://dropbox.com/s/abc123/photo.jpg?dl=1'],
  [
    'https://www.dropbox.com/scl/fi/x1/photo.jpg?rlkey=k9&raw=1',
    'https://www.dropbox.com/scl/fi/x1/photo.jpg?rlkey=k9&dl=1',
  ],
])('rewrites the viewer page %s to %s', (viewer, direct) => {
  expect(directLink(new URL(viewer)).href).toBe(direct);
  expect(directLink(new URL(direct)).href).toBe(direct);
});

it.each([
  'https://drive.google.com/drive/folders/1aB_c-D9',
  'https://drive.google.com/thumbnail?id=1aB_c-D9',
  'https://drive.google.com/uc?id=../../evil',
  'https://www.dropbox.com/home/photo.jpg',
  'https://www.dropbox.com/sh/x1/y2?dl=0',
  'https://drive.google.com/a/b/c/file/d/1aB_c-D9/view',
  'https://dl.dropboxusercontent.com/s/abc/photo.jpg',
  'https://drive.google.com.evil.example/file/d/1aB_c-D9/view',
  'https://cdn.example.com/file/d/1aB_c-D9/view',
])('leaves %s as it is', (url) => {
  expect(directLink(new URL(url)).href).toBe(url);
});

it('is what is asked for, for the image’s own URL and behind a redirect', async () => {
  const cdn = await useHostileCdn();
  const location = 'http://dropbox.com/s/abc123/photo.jpg';
  cdn.serve('/short', (_, response) => response.writeHead(302, { location }).end());
  const asked: string[] = [];
  const { convert } = createConverter({
    allowedHosts: [cdn.host, `dropbox.com:80`],
    lookup: (host, _, callback) => {
      asked.push(host);
      if (host === 'dropbox.com') callback(null, [{ address: '127.0.0.1', family: 4 }]);
      else callback(Object.assign(new Error(host), { code: 'ENOTFOUND' }), []);
    },
  });
  await convert('https://drive.google.com/file/d/1aB_c-D9/view?usp=sharing');
  expect(asked).toEqual(['drive.usercontent.google.com']);
  const connected = rerouteSockets(cdn.port);
  cdn.serve('/s/abc123/photo.jpg?dl=1', await picture(20, 10).png().toBuffer());
  expect((await convert(cdn.url('/short'))).result).toBe('converted');
  expect(connected).toEqual(['127.0.0.1', '127.0.0.1']);
});
