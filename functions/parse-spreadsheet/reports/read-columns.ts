import { InvalidColumnsError } from '../../../workflows/errors.ts';
import type { ChosenColumns } from '../../../workflows/payloads/columns.ts';
import { mappingTarget } from '../headers/mapping-targets.ts';
import { limits } from '../limits.ts';
import { type SourceRow, type SourceSheet, shownText } from '../sheets/cells.ts';
import { openSpreadsheet } from '../sheets/open-spreadsheet.ts';
import { shorten } from '../values/shorten.ts';
import { aboutSheet, automatic, columnsSheet, headerColumn, useColumn } from './columns-workbook.ts';

/** Columns of all sheets of one file: more than a person goes through. */
const mostRows = 4_000;

/**
 * Reads a columns.xlsx that came back from the local file at `path`; `directory` is for temporary files. Throws
 * InvalidColumnsError for one that is none, or names a field there is not.
 */
export async function readColumns(path: string, directory: string): Promise<ChosenColumns> {
  const spreadsheet = await openSpreadsheet(path, directory, () => 0);
  try {
    const columns = spreadsheet.sheets.find(({ name }) => name === columnsSheet);
    if (columns === undefined) throw notOurs();
    const columnMapping = await readMapping(columns);
    const about = spreadsheet.sheets.find(({ name }) => name === aboutSheet);
    return { ...(await readOrigin(about)), columnMapping };
  } finally {
    spreadsheet.close();
  }
}

function notOurs(): InvalidColumnsError {
  return new InvalidColumnsError(
    `columns.xlsx is the report of that name with its fields chosen: expected a sheet “${columnsSheet}” with the columns “${headerColumn}” and “${useColumn}”. Drop a file of products under another name.`,
  );
}

async function readMapping({ rows }: SourceSheet): Promise<Record<string, string | null>> {
  const mapping = new Map<string, string | null>();
  let places: { header: number; use: number } | null = null;
  let count = 0;
  for await (const row of eachRow(rows)) {
    const texts = row.cells.map((cell) => shownText(cell).trim());
    if (places === null) {
      places = { header: texts.indexOf(headerColumn), use: texts.indexOf(useColumn) };
      if (places.header < 0 || places.use < 0) throw notOurs();
      continue;
    }
    count += 1;
    if (count > mostRows)
      throw new InvalidColumnsError(`columns.xlsx has more than ${mostRows} rows; expected one for each column.`);
    const header = texts[places.header] ?? '';
    const use = texts[places.use] ?? '';
    if (header === '' || use === '') continue;
    if (header.length > limits.headerCharacters)
      throw new InvalidColumnsError(
        `Row ${row.number} of columns.xlsx has a header of ${header.length} characters; expected at most ${limits.headerCharacters}.`,
      );
    const detected = use.toLowerCase() === automatic;
    if (!detected && mappingTarget(use) === null) {
      throw new InvalidColumnsError(
        `Row ${row.number} of columns.xlsx: “${shorten(use, 60)}” is no field that “${shorten(header, 60)}” could be. Choose one from the list in its cell.`,
      );
    }
    mapping.set(header, detected ? null : use);
  }
  if (places === null) throw notOurs();
  return Object.fromEntries(mapping);
}

async function readOrigin(about: SourceSheet | undefined): Promise<Pick<ChosenColumns, 'importId' | 'etag'>> {
  const said = new Map<string, string>();
  if (about !== undefined)
    for await (const { cells } of eachRow(about.rows)) said.set(shownText(cells[0]), shownText(cells[1]));
  const importId = Number(said.get('import'));
  const etag = said.get('etag') ?? '';
  return {
    importId: Number.isSafeInteger(importId) && importId > 0 ? importId : null,
    etag: /^[\x21-\x7e]{1,200}$/.test(etag) ? etag : null,
  };
}

async function* eachRow(batches: AsyncGenerator<SourceRow[]>): AsyncGenerator<SourceRow> {
  for await (const batch of batches) yield* batch;
}
