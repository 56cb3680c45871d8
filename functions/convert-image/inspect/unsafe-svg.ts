import sax from 'sax';
import { ImageError } from '../image-error.ts';

/**
 * Refuses an SVG that names anything outside itself, or could come to: only `#id` and raster `data:` references, no
 * document type (so no entities), no processing instruction, no XInclude, no SVG inside data. librsvg would refuse most
 * of it by itself; this does not depend on it. Nor does it take dashed lines: cairo holds all dashes of a path in memory,
 * and how many those are depends on lengths that only drawing tells (28 KB of SVG took 2 GB). Returns the raster images inside, whose sizes are to be checked too.
 * Throws {@link ImageError} UNSAFE_SVG or CORRUPT_IMAGE.
 */
export function refuseUnsafeSvg(bytes: Uint8Array): Buffer[] {
  const rasters: Buffer[] = [];
  // Text of the style element being read: comments split it into several events.
  let style: string | undefined;
  const parser = sax.parser(true);
  parser.onerror = (error) => {
    throw new ImageError('CORRUPT_IMAGE', `The SVG is not well-formed: ${error.message.split('\n', 1)[0]}.`);
  };
  parser.ondoctype = () => refuse('a document type');
  parser.onsgmldeclaration = () => refuse('a declaration');
  parser.onprocessinginstruction = ({ name, body }) => {
    if (name !== 'xml') refuse(`the processing instruction ${name}`);
    const encoding = /encoding\s*=\s*["']([^"']*)/.exec(body)?.[1] ?? 'utf-8';
    if (!/^(utf-?8|us-ascii)$/i.test(encoding)) refuse(`the encoding ${encoding}`);
  };
  parser.onopentagstart = ({ name }) => {
    if (['include', 'script', 'foreignobject', 'iframe'].includes(localName(name))) refuse(`the element ${name}`);
    if (localName(name) === 'style') style = '';
  };
  parser.onattribute = ({ name, value }) => {
    if (localName(name) === 'stroke-dasharray') checkDashes(value);
    if (['href', 'src', 'base'].includes(localName(name))) checkReference(value, rasters);
    else if (!name.startsWith('xmlns')) checkStyle(value, rasters);
  };
  parser.ontext = (text) => {
    if (style !== undefined) style += text;
  };
  parser.oncdata = parser.ontext;
  parser.onclosetag = (name) => {
    if (localName(name) !== 'style') return;
    checkStyle(style ?? '', rasters);
    style = undefined;
  };
  parser.write(decode(bytes)).close();
  return rasters;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return refuse('bytes that are not UTF-8');
  }
}

/** Every `url(…)` and dash of a CSS value or sheet; escapes and imports could hide one. */
function checkStyle(css: string, rasters: Buffer[]): void {
  if (!/url|import|dasharray|\\/i.test(css)) return;
  const bare = css.replaceAll(/\/\*[\s\S]*?\*\//g, '');
  for (const [, dashes = ''] of bare.matchAll(/stroke-dasharray\s*:([^;}]*)/gi)) checkDashes(dashes);
  if (bare.includes('\\') || /@\s*import/i.test(bare)) refuse('an import or escape in its style');
  for (const [, reference = ''] of bare.matchAll(/url\(\s*["']?\s*([^"')]*)/gi)) checkReference(reference, rasters);
}

function checkDashes(value: string): void {
  if (!/^\s*(none|inherit|initial|unset|0*)\s*(!\s*important\s*)?$/i.test(value)) refuse('dashed lines', 'solid ones');
}

function checkReference(value: string, rasters: Buffer[]): void {
  const reference = value.trim();
  if (reference.startsWith('#')) return;
  const [, data] = /^data:image\/(?:png|jpe?g|gif|webp);base64,([\sa-z0-9+/=]*)$/i.exec(reference) ?? [];
  if (data === undefined) refuse(`a reference to ${reference.slice(0, 60)}`);
  rasters.push(Buffer.from(data, 'base64'));
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1).toLowerCase();
}

function refuse(what: string, expected = 'it to refer to nothing outside itself'): never {
  throw new ImageError('UNSAFE_SVG', `The SVG has ${what}; expected ${expected}.`);
}
