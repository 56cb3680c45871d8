const columnsFile = /^columns(?: ?\(\d+\))?\.xlsx$/i;

/** True for a report columns.xlsx that comes back, by its name: `columns (1).xlsx`, as browsers save it, too. */
export function isColumnsFile(fileName: string): boolean {
  return columnsFile.test(fileName);
}
