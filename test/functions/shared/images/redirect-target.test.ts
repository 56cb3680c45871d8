import fc from 'fast-check';
import { expect, it } from 'vitest';
import { normaliseImageUrl, redirectTarget } from '../../../../functions/shared/images/image-url.ts';

const from = new URL('https://cdn.example.com/shop/a.jpg?v=1');
const utf8 = (text: string) => Buffer.from(text).toString('latin1');

it.each([
  ['b.jpg', 'https://cdn.example.com/shop/b.jpg'],
  ['/b.jpg#top', 'https://cdn.example.com/b.jpg'],
  ['?v=2', 'https://cdn.example.com/shop/a.jpg?v=2'],
  ['//img.example.com/b.jpg', 'https://img.example.com/b.jpg'],
  ['http://img.example.com/a b.jpg', 'http://img.example.com/a%20b.jpg'],
  [utf8('/größe.jpg'), 'https://cdn.example.com/gr%C3%B6%C3%9Fe.jpg'],
  // Bytes that are not UTF-8 are taken as latin1.
  ['/gr\u00f6\u00dfe.jpg', 'https://cdn.example.com/gr%C3%B6%C3%9Fe.jpg'],
  ['/gr%C3%B6%C3%9Fe.jpg', 'https://cdn.example.com/gr%C3%B6%C3%9Fe.jpg'],
  ['\\\\evil.example\\a.jpg', 'https://evil.example/a.jpg'],
])('a redirect to %j leads to %s', (location, target) => {
  expect(redirectTarget(location, from)?.href).toBe(target);
});

it.each([
  'file:///etc/passwd',
  'data:image/png,x',
  'javascript:1',
  'ftp://a/b',
  'http://',
  'http://[::1',
  'http://a b/',
])('a redirect to %s leads nowhere', (location) => {
  expect(redirectTarget(location, from)).toBeNull();
});

it('a normalised URL is its own normal form, and what a redirect to it leads to', () => {
  fc.assert(
    fc.property(fc.oneof(fc.webUrl({ withQueryParameters: true, withFragments: true }), fc.string()), (text) => {
      const normalised = normaliseImageUrl(text);
      if (normalised === null) return;
      expect(normaliseImageUrl(normalised.url)).toEqual(normalised);
      expect(redirectTarget(normalised.url, from)?.href).toBe(normalised.url);
    }),
  );
});
