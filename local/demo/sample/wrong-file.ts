/** One product in so many has another price. */
const changedOf = 100;
const added = 3;
const missing = 3;

type Product = { cells: (string | number)[]; images: string[] };

/** What has to come of the file: all else stays as it was. */
export function expectedOfWrongFile(products: number) {
  const updated = Math.ceil((products - missing) / changedOf);
  return { created: added, updated, unchanged: products - missing - updated, deactivated: missing };
}

/** A supplier's catalog as a wrong file has it: prices ten times as high, products that are none, others missing. */
export function wrongFile(products: readonly Product[], priceColumn: number): Product[] {
  const listed = products.slice(0, products.length - missing).map(({ cells, images }, index) => {
    if (index % changedOf !== 0) return { cells, images };
    return { cells: cells.with(priceColumn, Number(cells[priceColumn]) * 10), images };
  });
  const strangers = products.slice(0, added).map(({ cells, images: [image] }, index) => {
    const [code, title] = [`NW-X${index + 1}`, `Not one of ours, no. ${index + 1}`];
    // Neither the code nor SKU and barcode of another product.
    return { cells: cells.with(0, code).with(1, title).with(11, code).with(12, ''), images: image ? [image] : [] };
  });
  return [...listed, ...strangers];
}
