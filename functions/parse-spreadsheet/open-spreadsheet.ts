import { detectFileKind, findWorkbook } from './file-kind.ts';
import { recognise } from './layout.ts';
import { openDelimited } from './read-delimited.ts';
import { openXlsx, type SourceSheet } from './read-xlsx.ts';
import { openZip } from './zip-archive.ts';

export type OpenSpreadsheet = {
  sheets: SourceSheet[];
  /** True for a text with bytes that are none in its encoding. */
  damaged: boolean;
  close: () => void;
};

/** Opens a local file by what it is, whatever its name says; throws a subclass of ImportRefusedError where it cannot. */
export async function openSpreadsheet(path: string, columnMapping: Record<string, string>): Promise<OpenSpreadsheet> {
  if ((await detectFileKind(path)) === 'text') {
    const judge = (rows: string[][]) => Math.max(0, ...rows.map((row) => recognise(row, columnMapping).known));
    const { rows, damaged } = await openDelimited(path, judge);
    return { sheets: [{ name: '', hidden: false, rows }], damaged, close: () => {} };
  }
  const zip = await openZip(path);
  try {
    return { sheets: await openXlsx(zip, findWorkbook(zip)), damaged: false, close: zip.close };
  } catch (error) {
    zip.close();
    throw error;
  }
}
