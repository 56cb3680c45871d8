import { h, type JSX } from 'preact';
import { counted, Foreign } from './format.ts';
import type { ReportedProduct } from './report-data.ts';

/** Products with their thumbnails, and how many more of them the file has. */
export function ProductGrid({ products, total }: { products: readonly ReportedProduct[]; total: number }): JSX.Element {
  const rest = total - products.length;
  return h('section', { 'aria-labelledby': 'products' }, [
    h('h2', { id: 'products' }, 'Products'),
    h(
      'ul',
      { class: 'products' },
      products.map((product) => h(Product, { key: product.code, ...product })),
    ),
    rest > 0 ? h('p', null, `And ${counted(rest, 'more product')} that this page does not show.`) : null,
  ]);
}

function Product({ code, title, price, currency, change, images, converted, thumbnail }: ReportedProduct): JSX.Element {
  return h('li', null, [
    thumbnail === null
      ? h('div', { class: 'blank' }, images === 0 ? 'no image' : 'no image yet')
      : // The title stands beside it.
        h('img', {
          src: thumbnail.url,
          alt: '',
          width: thumbnail.width,
          height: thumbnail.height,
          loading: 'lazy',
          decoding: 'async',
        }),
    h('p', { class: 'title' }, h(Foreign, { text: title, most: 120 })),
    h('p', { class: 'code' }, h(Foreign, { text: code, most: 60 })),
    h('p', null, [
      price === null ? null : `${Number(price).toFixed(2)} ${currency} · `,
      h('span', { class: `change ${change}` }, change),
      ` · ${converted < images ? `${converted} of ` : ''}${counted(images, 'image')}`,
    ]),
  ]);
}
