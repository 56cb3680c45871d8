import { distance } from 'fastest-levenshtein';
import { mappingTarget, mappingTargets } from '../functions/parse-spreadsheet/headers/mapping-targets.ts';
import { type SupplierChanges, supplierChangesSchema } from '../workflows/payloads/supplier.ts';

const settings = Object.keys(supplierChangesSchema.shape);

/**
 * Reads `--set` options: `feed_mode=full`, `max_concurrency=4`, `headers.Referer=https://…`, `column_mapping.Nome=title`;
 * nothing behind the `=` takes back what was set. Throws one line that says what is wrong and what is expected.
 */
export function readChanges(options: readonly string[]): SupplierChanges {
  const changes: Record<string, unknown> = {};
  for (const option of options) {
    const [, name = '', entry, text = ''] = /^([A-Za-z_]+)(?:\.(.+?))?\s*=\s*(.*)$/s.exec(option) ?? [];
    const setting = snakeCase(name);
    if (!settings.includes(setting)) throw new Error(unknownSetting(name || option));
    if (setting === 'column_mapping' && entry !== undefined) {
      const [header, target] = readMapped(option.slice(option.indexOf('.') + 1), true);
      changes.column_mapping = { ...entriesOf(changes.column_mapping), [header]: target || null };
    } else if (setting === 'headers' && entry !== undefined) {
      changes.headers = { ...entriesOf(changes.headers), [entry.trim()]: text || null };
    } else changes[setting] = readValue(setting, text);
  }
  const parsed = supplierChangesSchema.safeParse(changes);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`${issue?.path.join('.')}: ${issue?.message}`);
}

/** Reads `--map` options, `Nome=title`: header → field. Throws one line for a field there is not. */
export function readMapping(options: readonly string[]): Record<string, string> {
  return Object.fromEntries(options.map((option) => readMapped(option, false)));
}

/** Fields have no `=` in their names, headers may. */
function readMapped(option: string, mayBeEmpty: boolean): [header: string, target: string] {
  const equals = option.lastIndexOf('=');
  const header = option.slice(0, Math.max(0, equals)).trim();
  const target = option.slice(equals + 1).trim();
  if (header === '' || (target === '' && !mayBeEmpty)) {
    throw new Error(`“${option}” is no header and field: expected, for example, "Nome=title"`);
  }
  if (target !== '' && mappingTarget(target) === null) throw new Error(unknownField(target));
  return [header, target];
}

const entriesOf = (value: unknown) => (typeof value === 'object' ? value : {});

function readValue(setting: string, text: string): unknown {
  if (text === '') return null;
  if (setting === 'max_concurrency') return Number(text);
  if (setting === 'allow_svg') return text === 'true' ? true : text === 'false' ? false : text;
  return text;
}

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function unknownSetting(name: string): string {
  const known = settings.map((setting) =>
    setting === 'headers' ? 'headers.NAME' : setting === 'column_mapping' ? 'column_mapping.HEADER' : setting,
  );
  return `There is no setting “${name}”: expected NAME=VALUE of ${known.join(', ')}`;
}

function unknownField(target: string): string {
  const fields = mappingTargets.map((known) => known.target);
  const nearest = [...fields].sort((a, b) => near(a, target) - near(b, target))[0];
  return `“${target}” is no field: did you mean “${nearest}”? Fields are ${fields.join(', ')}`;
}

const near = (a: string, b: string) => distance(a.toLowerCase(), b.toLowerCase());
