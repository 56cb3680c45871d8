import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CorruptSpreadsheetError, SpreadsheetTooLargeError } from '../../../../workflows/errors.ts';
import { limits } from '../../limits.ts';
import { SpoolFile } from '../../spool/spool-file.ts';
import { type Cell, type Cells, type SourceRow, storableText } from '../cells.ts';
import { decoded, detectUnicode } from '../text-encoding.ts';
import { readJsonProducts } from './json-products.ts';
import { type NamedCells, productRows } from './product-rows.ts';

/** Rows handed on at once. */
const batchRows = 100;

/** A file of JSON, opened: `damaged` where some of its bytes are no UTF-8. */
export type JsonFile = { rows: AsyncGenerator<SourceRow[]>; damaged: boolean };

/**
 * Opens a file of JSON as rows: the names in its products are the header, which is complete only behind the last of
 * them, so that the rows wait in a file in `directory`. Throws a subclass of ImportRefusedError.
 */
export async function openJson(path: string, directory: string): Promise<JsonFile> {
  const unicode = await detectUnicode(path);
  if (unicode === null) throw new CorruptSpreadsheetError('The JSON is not in UTF-8. Export it again in UTF-8.');
  const pieces = decoded(path, new TextDecoder(unicode.encoding));
  const rows = new WaitingRows(join(directory, 'json-rows.jsonl'), limits.fileBytes - (await stat(path)).size);
  try {
    for await (const product of readJsonProducts(pieces)) for (const row of productRows(product)) await rows.add(row);
  } finally {
    await rows.end();
  }
  return { rows: rows.read(), damaged: unicode.damaged };
}

/** Rows of cells by name, on disk with the places of their columns: an object need not have all names. */
class WaitingRows {
  readonly #file: SpoolFile;
  readonly #columns = new Map<string, number>();
  readonly #mostBytes: number;
  #bytes = 0;
  #rows = 0;

  constructor(path: string, mostBytes: number) {
    this.#file = new SpoolFile(path);
    this.#mostBytes = mostBytes;
  }

  async add(row: NamedCells): Promise<void> {
    const cells = [...row].map(([name, cell]): [number, Cell] => [
      this.#column(name),
      typeof cell === 'string' ? storableText(cell) : cell,
    ]);
    const line = `${JSON.stringify(cells)}\n`;
    this.#bytes += Buffer.byteLength(line);
    this.#rows += 1;
    if (this.#rows > limits.rows)
      throw new SpreadsheetTooLargeError(`The file has more than ${limits.rows} rows of products.`);
    if (this.#bytes > this.#mostBytes)
      throw new SpreadsheetTooLargeError(
        `The JSON and its rows come to more than ${limits.fileBytes} bytes, the most that is accepted. Split the file.`,
      );
    await this.#file.write(line);
  }

  async end(): Promise<void> {
    await this.#file.end();
  }

  async *read(): AsyncGenerator<SourceRow[]> {
    if (this.#columns.size === 0) return;
    let batch: SourceRow[] = [{ number: 1, cells: [...this.#columns.keys()] }];
    let number = 1;
    for await (const line of this.#file.lines()) {
      number += 1;
      const placed: [number, Cell][] = JSON.parse(line);
      if (placed.length > 0) batch.push({ number, cells: inPlace(placed) });
      if (batch.length < batchRows) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }

  #column(header: string): number {
    const name = storableText(header);
    const known = this.#columns.get(name);
    if (known !== undefined) return known;
    const place = this.#columns.size;
    if (place === limits.columns)
      throw new SpreadsheetTooLargeError(
        `The products of the JSON have more than ${limits.columns} names; at most ${limits.columns} are accepted.`,
      );
    this.#columns.set(name, place);
    return place;
  }
}

function inPlace(placed: readonly [number, Cell][]): Cells {
  const cells: Cells = Array(Math.max(...placed.map(([place]) => place)) + 1).fill(null);
  for (const [place, cell] of placed) cells[place] = cell;
  return cells;
}
