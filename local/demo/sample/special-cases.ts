import type { ImageErrorCode } from '../../../functions/shared/images/image-error-codes.ts';

/** What the sample CDN does when asked for an image. */
export type Behaviour =
  | 'serves'
  | 'serves as octet-stream'
  | 'is missing'
  | 'is uploaded late'
  | 'fails once'
  | 'limits the rate twice'
  | 'redirects'
  | 'redirects to a space'
  | 'drips'
  | 'is truncated'
  | 'is a web page'
  | 'is a pixel bomb';

/** What must become of an image. */
export type ExpectedOutcome =
  | { status: 'converted'; by: 'import' | 'sweep' }
  | { status: 'failed'; code: ImageErrorCode };

export type SpecialCase = { behaviour: Behaviour; path: string; outcome: ExpectedOutcome };

const converted: ExpectedOutcome = { status: 'converted', by: 'import' };
const failed = (code: ImageErrorCode): ExpectedOutcome => ({ status: 'failed', code });

/** Images that suppliers' servers really have, paths as a person types them into a cell. */
export const specialCases: readonly SpecialCase[] = [
  { behaviour: 'is missing', path: '/discontinued/lamp-2019.jpg', outcome: failed('NOT_FOUND') },
  { behaviour: 'serves', path: '/Été 2026/Théière bleue (1).jpg', outcome: converted },
  { behaviour: 'fails once', path: '/products/overloaded.jpg', outcome: converted },
  { behaviour: 'is truncated', path: '/products/half-uploaded.jpg', outcome: failed('TRUNCATED_IMAGE') },
  { behaviour: 'redirects', path: '/old-shop/armchair.jpg', outcome: converted },
  { behaviour: 'is uploaded late', path: '/new/autumn-blanket.jpg', outcome: { status: 'converted', by: 'sweep' } },
  { behaviour: 'is a web page', path: '/viewer/vase.jpg', outcome: failed('HTML_PAGE') },
  { behaviour: 'serves', path: '/swatches/oak.jpg?v=1', outcome: converted },
  { behaviour: 'serves', path: '/swatches/oak.jpg?v=2', outcome: converted },
  { behaviour: 'limits the rate twice', path: '/limited/clock.jpg', outcome: converted },
  { behaviour: 'serves', path: '/render?item=4711&view=front', outcome: converted },
  { behaviour: 'is a pixel bomb', path: '/posters/world-map.png', outcome: failed('TOO_MANY_PIXELS') },
  { behaviour: 'redirects to a space', path: '/old-shop/sideboard.jpg', outcome: converted },
  { behaviour: 'drips', path: '/slow/bookshelf.jpg', outcome: failed('TIMEOUT') },
  { behaviour: 'serves as octet-stream', path: '/download/7f3a9c', outcome: converted },
  { behaviour: 'serves', path: '/already%20encoded/Oak%20table.jpg', outcome: converted },
  { behaviour: 'serves', path: '/front/stool.jpg', outcome: converted },
  { behaviour: 'serves', path: '/back/stool.jpg', outcome: converted },
  { behaviour: 'is missing', path: '/discontinued/lamp-2020.jpg', outcome: failed('NOT_FOUND') },
];
