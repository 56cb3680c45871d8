/** What a thread that converts a workbook is given, and what it says. */
export type ConversionTask = {
  /** The workbook. */
  from: string;
  /** Where the .xlsx is written. */
  to: string;
  /** Cells over all sheets, empty ones between others included. */
  mostCells: number;
};

/** The names of the sheets in their order, which Excel's rules for names would change; or why there are none. */
export type Conversion = { sheets: string[] } | { refused: 'cells' } | { refused: 'damaged'; reason: string };
