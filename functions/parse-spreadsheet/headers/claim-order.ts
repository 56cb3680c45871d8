import type { HeaderMatch } from './conventions/convention.ts';
import type { Column, LayoutSettings } from './layout.ts';

/** What one dictionary says about a column. */
export type Candidate = {
  index: number;
  column: Column;
  match: HeaderMatch;
  /** Of the dictionary: the convention's is asked before the template's. */
  place: number;
  /** No dictionary before it knows the column. */
  first: boolean;
};

/** What a file may have besides its price: of two columns that could be it, never the one called like this. */
const besidesThePrice = /cost|unit|wholesale/i;

/**
 * The order in which columns are given their fields. Where two could hold one, the dictionary decides, not the file; of
 * currencies and languages, the supplier's own. Prices come first: other amounts follow their currency.
 */
export function inOrderOfClaim(
  candidates: readonly Candidate[],
  settings: Pick<LayoutSettings, 'currency' | 'locale'>,
): Candidate[] {
  const own = settings.locale.slice(0, 2).toLowerCase();
  const order = ({ match, column, place, first, index }: Candidate) => {
    const isPrice = first && match.field === 'price';
    return [
      isPrice ? 0 : 1,
      isPrice && besidesThePrice.test(column.header) ? 1 : 0,
      place,
      match.currency === undefined || match.currency === settings.currency ? 0 : 1,
      match.language === undefined || match.language === own ? 0 : match.language === 'en' ? 1 : 2,
      match.priority,
      index,
    ];
  };
  return candidates
    .map((candidate) => ({ candidate, key: order(candidate) }))
    .sort((a, b) => a.key.map((part, at) => part - (b.key[at] ?? 0)).find((difference) => difference !== 0) ?? 0)
    .map(({ candidate }) => candidate);
}
