import { h, type JSX } from 'preact';
import type { ImportSummary } from '../../../workflows/payloads/summary.ts';
import { Foreign, Sentence } from './format.ts';

/** By the name of the error (workflows/errors.ts): what to do about a file that was refused. */
const waysOut: Readonly<Record<string, string>> = {
  UnsupportedObjectKey: 'Drop the file into the folder of its supplier: `{supplier}/{file name}`.',
  SettingsTooLarge:
    'Shorten the column mapping (`npm run supplier -- X --set "column_mapping.HEADER="` takes one out), then drop the file again.',
  UnsupportedFileType: 'Save it as .xlsx or .csv and drop that file.',
  CorruptSpreadsheet:
    'Open it in a spreadsheet program, save it as .xlsx and drop that file; if it does not open, ask for it again.',
  PasswordProtected:
    'Remove the password (Excel: File, Info, Protect Workbook, Encrypt with Password) and drop the file again.',
  EmptySpreadsheet: 'Check that the products are in this file, below a row of headers, and drop it again.',
  NoUsableHeader:
    'Give the columns headers such as `SKU`, `Title`, `Price` and `Image`, or say what they are (`npm run import -- FILE --supplier X --map "Header=field"`), and drop the file again.',
  UnclearColumns:
    'Choose the fields in `columns.xlsx`, beside this page, and drop it as `{supplier}/columns.xlsx`: the file is then imported again.',
  InvalidColumns: 'Correct `columns.xlsx` as the sentence above says, and drop it again.',
  SpreadsheetTooLarge:
    'Split the file, or remove what is not needed (empty sheets, pictures, formatted empty rows), and drop the parts.',
  ObjectReplaced: 'Nothing: the newer file of that name has an import of its own.',
  ObjectDeleted: 'Drop the file again if it was deleted by mistake.',
  FeedWouldDeactivateTooMuch:
    'If the file is only a part of the catalog, run `npm run supplier -- X --set feed_mode=partial` and drop it again; if products really go, deactivate them in smaller steps.',
  ExecutionAborted: 'Drop the file again.',
};
const brokenSystem =
  'Nothing is known to be wrong with the file. Drop it again; should it fail again, an engineer reads the execution’s history.';

type FailedSummary = ImportSummary & { error: { name: string; message: string } };

/** Why an import failed, in a sentence that says what was found, the way out, and what it left in the catalog. */
export function Refusal({ error, products }: FailedSummary): JSX.Element {
  const isKnown = Object.hasOwn(waysOut, error.name);
  const written = products.created + products.updated + products.deactivated;
  return h('section', { class: 'refusal', 'aria-labelledby': 'refusal' }, [
    h('h2', { id: 'refusal' }, isKnown ? 'Why it was not imported' : 'Why it failed'),
    h('p', { class: 'reason' }, h(Foreign, { text: error.message, most: 1000 })),
    h('dl', null, [
      h('dt', null, 'What to do'),
      h('dd', null, h(Sentence, { text: (isKnown && waysOut[error.name]) || brokenSystem })),
      h('dt', null, 'What was written'),
      h('dd', null, written === 0 ? 'Nothing: the catalog is as it was.' : 'What is counted below; it stays.'),
      h('dt', null, 'Error'),
      h('dd', null, h('code', null, h(Foreign, { text: error.name }))),
    ]),
  ]);
}
