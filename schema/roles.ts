export const databaseName = 'supplier_import';
/** Owns the schema; used by migrate alone. */
export const ownerRole = 'supplier_import_owner';
/** What every other function connects as. */
export const applicationRole = 'supplier_import_application';
