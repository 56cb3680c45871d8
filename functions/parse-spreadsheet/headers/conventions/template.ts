import { englishHeaders, translatedHeaders } from '../../../../schema/fields/words/index.ts';
import type { Convention } from './convention.ts';

/** The import's own columns, each followed by the names that suppliers give it in spreadsheets made by hand. */
export const template: Convention = {
  name: 'template',
  grouping: 'code',
  noOption: 'default title',
  columns: englishHeaders,
  translations: translatedHeaders,
};
