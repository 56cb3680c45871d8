import { expect, it } from 'vitest';
import { directLink } from '../../../functions/convert-image/direct-link.ts';

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
  'https://dl.dropboxusercontent.com/s/abc/photo.jpg',
  'https://drive.google.com.evil.example/file/d/1aB_c-D9/view',
  'https://cdn.example.com/file/d/1aB_c-D9/view',
])('leaves %s as it is', (url) => {
  expect(directLink(new URL(url)).href).toBe(url);
});
