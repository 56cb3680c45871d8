import { h, type JSX } from 'preact';
import { imageErrorCodes, isImageErrorCode } from '../images/image-error-codes.ts';
import { counted, Sentence } from './format.ts';

type Props = { errors: Readonly<Record<string, number>>; examples: Readonly<Record<string, string>> };

/** Images that were not converted, by error code: what it means, what to do, and one of them to look at. */
export function ImageErrors({ errors, examples }: Props): JSX.Element {
  const byCount = Object.entries(errors).sort(([, left], [, right]) => right - left);
  return h('section', { 'aria-labelledby': 'images' }, [
    h('h2', { id: 'images' }, 'Images that failed'),
    h(
      'ul',
      { class: 'findings' },
      byCount.map(([code, count]) => h(ImageError, { key: code, code, count, example: examples[code] })),
    ),
  ]);
}

function ImageError({
  code,
  count,
  example,
}: {
  code: string;
  count: number;
  example: string | undefined;
}): JSX.Element {
  const known = isImageErrorCode(code) ? imageErrorCodes[code] : null;
  return h('li', { class: known?.retry ? 'warning' : 'error' }, [
    h('h3', null, [h('span', { class: 'count' }, counted(count, 'image')), `: ${known?.meaning ?? code}`]),
    example === undefined ? null : h('p', null, ['For example ', h(SourceLink, { url: example })]),
    h('p', null, [
      h('b', null, 'What to do: '),
      h(Sentence, { text: known?.action ?? 'An engineer looks the code up in the log of convert-image.' }),
    ]),
    h('p', { class: 'code' }, `${code}${known?.retry ? ' · tried again by itself until it is given up' : ''}`),
  ]);
}

/** A supplier's URL: a link where it is one of the web, and the text of it where it is anything else. */
function SourceLink({ url }: { url: string }): JSX.Element {
  const shown = h('bdi', null, url.length > 120 ? `${url.slice(0, 119).toWellFormed()}…` : url);
  const isOfTheWeb = ['http:', 'https:'].includes(URL.parse(url)?.protocol ?? '');
  return isOfTheWeb ? h('a', { href: url, rel: 'noreferrer noopener nofollow' }, shown) : shown;
}
