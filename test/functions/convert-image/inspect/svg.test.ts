import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { useHostileCdn } from '../../../support/hostile-cdn.ts';
import { createConverter } from '../../../support/hostile-cdn-client.ts';
import { plain, pngBomb } from '../../../support/hostile-cdn-images.ts';

const svg = (content: string, attributes = '') =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:xi="http://www.w3.org/2001/XInclude" width="60" height="40" ${attributes}>${content}</svg>`;
const red = `data:image/png;base64,${(await plain(60, 40, '#ff0000').png().toBuffer()).toString('base64')}`;

async function convertSvg(text: string | Buffer, allowSvg = true) {
  const cdn = await useHostileCdn();
  const { convert, written } = createConverter({ allowedHosts: [cdn.host] });
  // What an external reference would reach.
  cdn.serve('/outside.png', await plain(60, 40, '#ff0000').png().toBuffer());
  const outside = cdn.url('/outside.png');
  const bytes = Buffer.isBuffer(text) ? text : Buffer.from(text.replaceAll('OUTSIDE', outside));
  const attempt = await convert(cdn.serve('/a.svg', bytes), { allowSvg });
  return { ...attempt, written, requests: cdn.requests.map(({ path }) => path) };
}

it('is refused unless the supplier may send it', async () => {
  const { result, message } = await convertSvg(svg('<rect width="60" height="40"/>'), false);
  expect({ result, message }).toEqual({
    result: 'UNSUPPORTED_FORMAT',
    message: 'The file is an SVG image, which is not allowed for this supplier.',
  });
});

describe('self-contained, for a supplier who may send it', () => {
  it.each([
    [
      'shapes and gradients',
      svg(
        '<defs><linearGradient id="g"><stop stop-color="red"/></linearGradient></defs><rect width="60" height="40" fill="url(#g)"/>',
      ),
    ],
    ['styles', svg('<style>.a { fill: red; /* url(x) */ }</style><rect class="a" width="60" height="40"/>')],
    ['use', svg('<defs><rect id="r" width="60" height="40" fill="red"/></defs><use xlink:href="#r"/>')],
    ['a raster inside', svg(`<image width="60" height="40" href="${red}"/>`)],
    [
      'an xml declaration',
      `<?xml version="1.0" encoding="UTF-8"?>\n${svg('<rect width="60" height="40" fill="red"/>')}`,
    ],
  ])('is rasterised: %s', async (_, text) => {
    const { result, written } = await convertSvg(text);
    expect(result).toBe('converted');
    const [large] = [...written.values()];
    const { data, info } = await sharp(large).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, data[0]]).toEqual([60, 40, expect.closeTo(254, -1)]);
  });
});

describe('reaching outside itself', () => {
  it.each([
    ['an image', svg('<image width="60" height="40" href="OUTSIDE"/>')],
    ['an image by xlink', svg('<image width="60" height="40" xlink:href="OUTSIDE"/>')],
    ['a file', svg('<image width="60" height="40" href="file:///etc/passwd"/>')],
    ['a relative file', svg('<image width="60" height="40" href="a.png"/>')],
    ['an encoded reference', svg('<image width="60" height="40" href="&#104;ttp://127.0.0.1/"/>')],
    ['use of another file', svg('<use href="other.svg#id"/>')],
    ['a style sheet', svg('<style>@import url(OUTSIDE);</style>')],
    ['an import in pieces', svg('<style>@imp<!-- -->ort "OUTSIDE";</style>')],
    ['an import in CDATA', svg('<style><![CDATA[@import "OUTSIDE";]]></style>')],
    ['a font', svg('<style>@font-face { font-family: x; src: url("OUTSIDE") }</style>')],
    ['a fill', svg('<rect fill="url(OUTSIDE#x)" width="60" height="40"/>')],
    ['a style attribute', svg('<rect style="fill: url( \'OUTSIDE\' )" width="60" height="40"/>')],
    ['an escaped url', svg('<rect style="fill: u\\72l(OUTSIDE)" width="60" height="40"/>')],
    ['a filter', svg('<filter id="f"><feImage href="OUTSIDE"/></filter>')],
    ['XInclude', svg('<xi:include href="file:///etc/passwd" parse="text"/>')],
    ['XInclude without href', svg('<xi:include parse="text"/>')],
    ['a script', svg('<script>1</script>')],
    ['foreign content', svg('<foreignObject><p>hi</p></foreignObject>')],
    ['a base', svg('<image href="#a"/>', 'xml:base="file:///etc/"')],
    ['a processing instruction', `<?xml-stylesheet href="OUTSIDE"?>${svg('')}`],
    ['a document type', `<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "OUTSIDE">${svg('')}`],
    ['an entity', `<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>${svg('<text>&x;</text>')}`],
    ['a thousand laughs', `<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>${svg('<text>&b;</text>')}`],
    ['SVG inside data', svg(`<image href="data:image/svg+xml;base64,${Buffer.from(svg('')).toString('base64')}"/>`)],
    ['text inside data', svg('<use href="data:text/plain,x"/>')],
    ['another encoding', Buffer.from(`<?xml version="1.0" encoding="UTF-7"?>${svg('')}`)],
  ])('is UNSAFE_SVG and fetches nothing: %s', async (_, text) => {
    const attempt = await convertSvg(text);
    expect(attempt).toMatchObject({ result: 'UNSAFE_SVG', requests: ['/a.svg'] });
    expect(attempt.written.size).toBe(0);
  });
});

describe('with dashed lines, whose number nothing bounds', () => {
  const path = `<path d="${'M0 0L1000 1000'.repeat(500)}" stroke="red" DASHES/>`;
  it.each([
    ['an attribute', path.replace('DASHES', 'stroke-dasharray="0.3"')],
    ['a style', path.replace('DASHES', 'style="stroke-dasharray: 0.3"')],
    ['a style in pieces', path.replace('DASHES', 'style="stroke-dasharray/* */:/* none */0.3 !important"')],
    ['a style sheet', `<style>path { stroke-width: 2; STROKE-DASHARRAY: none, 0.3 }</style>${path}`],
    ['a group', `<g stroke-dasharray="4 2">${path}</g>`],
  ])('is UNSAFE_SVG: %s', async (_, content) => {
    const { result, message } = await convertSvg(svg(content));
    expect({ result, message }).toEqual({
      result: 'UNSAFE_SVG',
      message: 'The SVG has dashed lines; expected solid ones.',
    });
  });

  it.each([
    ['none', '<path d="M0 0L9 9" stroke="red" stroke-dasharray="none"/>'],
    ['none in a style', '<path d="M0 0L9 9" style="stroke:red;stroke-dasharray:none;stroke-width:1"/>'],
    ['zero', '<path d="M0 0L9 9" style="stroke-dasharray: 0" stroke="red"/>'],
  ])('is converted where they are said to be solid: %s', async (_, content) => {
    expect((await convertSvg(svg(content))).result).toBe('converted');
  });
});

it.each([
  [
    'what is too large',
    svg('<rect width="1" height="1"/>').replace('width="60" height="40"', 'width="20000" height="20000"'),
    'TOO_MANY_PIXELS',
  ],
  [
    'a bomb inside',
    svg(`<image width="60" height="40" href="data:image/png;base64,${pngBomb(16_000, 16_000).toString('base64')}"/>`),
    'TOO_MANY_PIXELS',
  ],
  ['what is not well-formed', svg('<rect>'), 'CORRUPT_IMAGE'],
  ['an unknown entity', svg('<text>&nbsp;</text>'), 'CORRUPT_IMAGE'],
])('refuses %s', async (_, text, code) => {
  const attempt = await convertSvg(text);
  expect(attempt.result).toBe(code);
  expect(attempt.seconds).toBeLessThan(10);
});
