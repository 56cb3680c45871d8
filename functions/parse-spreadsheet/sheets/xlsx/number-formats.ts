import { SpreadsheetTooLargeError } from '../../../../workflows/errors.ts';
import { showsDate } from '../cells.ts';
import { type Attributes, readPart } from './xml-reader.ts';
import { decodeReferences } from './xml-text.ts';
import type { ZipArchive } from './zip-archive.ts';

export type NumberFormat = { code: string; isDate: boolean };

/** Number formats by the number of a style; undefined for those that say nothing (General). */
export type NumberFormats = readonly (NumberFormat | undefined)[];

/** Excel's maximum is 255; to tell whether one shows a date takes quadratic time. */
const longestCode = 1000;

/** Formats that every workbook has: ECMA-376 part 1, 18.8.30. */
const builtInCodes: Record<number, string> = {
  1: '0',
  2: '0.00',
  3: '#,##0',
  4: '#,##0.00',
  9: '0%',
  10: '0.00%',
  11: '0.00E+00',
  12: '# ?/?',
  13: '# ??/??',
  14: 'mm-dd-yy',
  15: 'd-mmm-yy',
  16: 'd-mmm',
  17: 'mmm-yy',
  18: 'h:mm AM/PM',
  19: 'h:mm:ss AM/PM',
  20: 'h:mm',
  21: 'h:mm:ss',
  22: 'm/d/yy h:mm',
  37: '#,##0 ;(#,##0)',
  38: '#,##0 ;[Red](#,##0)',
  39: '#,##0.00;(#,##0.00)',
  40: '#,##0.00;[Red](#,##0.00)',
  45: 'mm:ss',
  46: '[h]:mm:ss',
  47: 'mmss.0',
  48: '##0.0E+0',
  49: '@',
};

function builtInCode(id: number): string | undefined {
  // Dates of Chinese, Japanese and Korean Excel: how they are written depends on its language, that they are dates does not.
  if ((id >= 27 && id <= 36) || (id >= 50 && id <= 58)) return 'yyyy-mm-dd';
  return builtInCodes[id];
}

/** Reads the styles of a workbook, of which number formats alone say something about a value. */
export async function readNumberFormats(zip: ZipArchive, path: string): Promise<NumberFormats> {
  const codes = new Map<number, string>();
  const ids: number[] = [];
  let section = '';
  await readPart(zip, path, {
    open(name: string, depth: number, attributes: () => Attributes) {
      if (depth === 2) section = name;
      if (depth !== 3) return;
      if (section === 'numFmts' && name === 'numFmt') {
        const { numFmtId, formatCode } = attributes();
        codes.set(Number(numFmtId), checkedCode(decodeReferences(formatCode ?? '')));
      } else if (section === 'cellXfs' && name === 'xf') ids.push(Number(attributes().numFmtId ?? 0));
    },
  });
  const formats = new Map<number, NumberFormat | undefined>();
  return ids.map((id) => {
    if (!formats.has(id)) formats.set(id, formatOf(codes.get(id) ?? builtInCode(id)));
    return formats.get(id);
  });
}

function formatOf(code: string | undefined): NumberFormat | undefined {
  return code === undefined || code === '' || code === 'General' ? undefined : { code, isDate: showsDate(code) };
}

function checkedCode(code: string): string {
  if (code.length > longestCode)
    throw new SpreadsheetTooLargeError(`A number format is longer than ${longestCode} characters.`);
  return code;
}
