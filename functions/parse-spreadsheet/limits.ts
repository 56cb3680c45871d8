/** Bounds on what one spreadsheet may ask of the function; over one of them it is refused, not cut. */
export const limits = {
  /** The object as uploaded, bytes. 500,000 rows of csv are about 150 MB. */
  fileBytes: 512 * 1024 * 1024,
  /** All parts of a workbook unpacked, bytes; counted while inflating, since declared sizes lie. */
  inflatedBytes: 2 * 1024 * 1024 * 1024,
  /** Unpacked : packed. Real sheets stay under 40, a million blank rows reach 150; deflate's own maximum is 1032. */
  inflationRatio: 300,
  /** The ratio is judged beyond this many unpacked bytes: small files may compress as well as they like. */
  inflationRatioFrom: 16 * 1024 * 1024,
  /** Entries in the zip directory; a workbook of pictures has a few hundred. */
  zipEntries: 5_000,
  /** Workbook parts that are read whole (relationships, workbook, styles), bytes unpacked. */
  partBytes: 16 * 1024 * 1024,
  sharedStrings: 8_000_000,
  /** The shared strings part, bytes unpacked. */
  sharedStringsBytes: 1024 * 1024 * 1024,
  hyperlinks: 200_000,
  sheets: 200,
  /** Excel's own maximum is 31. */
  sheetNameCharacters: 100,
  columns: 2_000,
  /** Excel's own maximum is 32,767; csv files carry longer descriptions. */
  cellCharacters: 1_000_000,
  /** Of a header, before it is cut: it names the attribute in every product. */
  headerCharacters: 255,
  /** Codes, SKUs, barcodes and brands: they stand in indexes, whose entries PostgreSQL limits to 2,704 bytes. */
  indexedCharacters: 255,
  /** One row as XML or as csv, quotes and delimiters included, characters: the most that is held while looking for its end. */
  rowCharacters: 4_000_000,
  /** Shared strings of the rows that are read at once, characters: a row of references may stand for gigabytes. */
  rowsCharacters: 16_000_000,
  /** Rows with content, over all sheets. */
  rows: 2_000_000,
  /** Rows of a csv, blank ones included. */
  lines: 5_000_000,
  /** Cells over all sheets, empty ones between others included: a million takes a second to read. */
  cells: 50_000_000,
  /** An .xls, .xlsb or .ods, bytes: SheetJS, which converts it, holds all of it some twenty times over. */
  convertedBytes: 48 * 1024 * 1024,
  /** The parts of an .xlsb or .ods unpacked, bytes. */
  convertedUnpackedBytes: 256 * 1024 * 1024,
  /** Cells of such a file over all sheets, empty ones between others included. */
  convertedCells: 5_000_000,
  /** The heap in which it is converted, and how long that may take. The function has at least twice as much memory. */
  conversionHeapMegabytes: 1024,
  conversionSeconds: 120,
  /** Rows among which the header is looked for. */
  headerSearchRows: 30,
  /** Rows of one product, and their bytes in the spool: all of them are in memory when it is put together. */
  rowsPerProduct: 10_000,
  /** Variants that one row lists by the values of its options; more are no list of options. */
  variantsPerRow: 2_000,
  bytesPerProduct: 64 * 1024 * 1024,
  /**
   * All rows in the spool, bytes: a text that a workbook has once may stand in a million cells. Twice this, for the
   * rejected ones, and the file itself fit into the function's temporary storage.
   */
  spooledBytes: 1536 * 1024 * 1024,
  /** One product's cells with their headers, characters, see `rowsSize`: it is written and read as one line. */
  productCharacters: 32 * 1024 * 1024,
  /**
   * All products' cells with their headers : the rows in the spool. Real files have 2 to 4; a letter under a header of 255
   * characters has 64. Judged beyond this many characters: small files may have any headers.
   */
  expansion: 8,
  expansionFrom: 64 * 1024 * 1024,
  /** All products as JSON, bytes: each names its attributes in full, and a header may be as long as any cell. */
  productBytes: 4 * 1024 * 1024 * 1024,
} as const;

/** More images than this for one product are reported and left out. */
export const defaultImageLimit = 20;
