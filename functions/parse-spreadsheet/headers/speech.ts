import { columnsSpokenOf, traitsOf } from '../../../schema/fields/fields.ts';
import { hashToUuid } from '../../shared/hash.ts';
import type { Column, Speech } from './layout.ts';

export function speechOf(columns: readonly (Column | null)[]): Speech {
  const known = columns.flatMap((column) => (column === null || column.match?.field === 'ignored' ? [] : [column]));
  const fields = known.flatMap(({ match }) => (match === null ? [] : [match.field]));
  // Sorted: columns that changed places say the same.
  const headers = known.map(({ header }) => header).sort();
  const namesOptions = fields.some((field) => traitsOf(field).kind === 'option' && traitsOf(field).namesItsOwn);
  const sheet = { headers, namesOptions: namesOptions || fields.includes('children') };
  return {
    columns: new Set(fields.flatMap(columnsSpokenOf)),
    alts: fields.includes('imageAlt'),
    sheet,
    digest: hashToUuid(JSON.stringify(sheet)),
  };
}
