import { kindOf, productColumns, type StoredColumn, variantColumns } from '../../schema/fields/fields.ts';
import { emptyValues } from '../../schema/fields/traits.ts';
import type {
  CompleteImage,
  CompleteProduct,
  CompleteVariant,
  ImportedImage,
  ImportedProduct,
  ImportedSheet,
  ImportedVariant,
} from '../../workflows/payloads/product.ts';
import type { File } from './file.ts';
import type { StoredProduct, StoredVariant } from './read-stored.ts';

/**
 * A product as it is to be stored: what its file says and, of what the file does not speak of, what is stored (nothing,
 * for a new product). An empty cell of a column that the file has is what it says. `sheets` are those of the file.
 */
export function completeProduct(
  product: ImportedProduct,
  stored: StoredProduct | undefined,
  file: Pick<File, 'currency' | 'feedMode'>,
  sheets: readonly ImportedSheet[],
): CompleteProduct {
  const { variants, images, ...own } = product;
  if (stored === undefined) {
    return {
      ...complete<CompleteProduct>({ ...own, ...emptyProduct, currency: file.currency, variants: [] }, own),
      variants: variants.map((variant) => complete(emptyVariant(variant), variant)),
      images: withAlts(images ?? [], []),
    };
  }
  const speaks = speakerOf(product, sheets);
  const before = own.currency === undefined || own.currency === stored.currency ? stored : withoutMoney(stored);
  return {
    ...complete<CompleteProduct>({ ...own, ...before }, own),
    // A full feed says of every product it lists that it is offered.
    active: own.active ?? (file.feedMode === 'full' || stored.active),
    attributes: merge(stored.attributes, own.attributes, speaks.ofAttribute),
    variants: completeVariants(product, before.variants, speaks),
    images: images === undefined ? stored.images : withAlts(images, stored.images),
  };
}

/** Whose attribute or option of this name is what the file says, be it nothing. */
type Speaker = { ofAttribute(name: string): boolean; ofOption(name: string): boolean };

function speakerOf({ sheets: places, variants }: ImportedProduct, all: readonly ImportedSheet[]): Speaker {
  const sheets = places.flatMap((place) => all[place] ?? []);
  const headers = new Set(sheets.flatMap((sheet) => sheet.headers.map(fold)));
  const options = new Set(variants.flatMap((variant) => Object.keys(variant.options).map(fold)));
  const allOptions = sheets.some(({ namesOptions }) => namesOptions);
  return {
    ofAttribute: (name) => headers.has(fold(name)) || options.has(fold(name)),
    ofOption: (name) => allOptions || headers.has(fold(name)),
  };
}

const fold = (name: string) => name.toLowerCase();

function merge(
  stored: Record<string, string>,
  said: Record<string, string>,
  isSpokenOf: (name: string) => boolean,
): Record<string, string> {
  const left = Object.entries(stored).filter(([name]) => !isSpokenOf(name));
  return { ...Object.fromEntries(left), ...said };
}

function completeVariants(
  product: ImportedProduct,
  stored: readonly StoredVariant[],
  speaks: Speaker,
): CompleteVariant[] {
  const active = stored.filter((variant) => variant.active);
  const into = (before: CompleteVariant, variant: ImportedVariant): CompleteVariant => ({
    ...complete(before, variant),
    key: before.key,
    options: merge(before.options, variant.options, speaks.ofOption),
    attributes: merge(before.attributes, variant.attributes, speaks.ofAttribute),
  });
  const [only, second] = product.variants;
  if (only !== undefined && second === undefined && active.length > 0 && !tellsVariantsApart(only, active, speaks)) {
    // What a file without variants says of the product holds for each of them, but for how many there are in all.
    const said = active.length === 1 ? only : { ...only, quantity: undefined };
    return active.map((variant) => into(variant, said));
  }
  const byKey = new Map(stored.map((variant) => [variant.key, variant]));
  return product.variants.map((variant) => into(byKey.get(variant.key) ?? emptyVariant(variant), variant));
}

/** False where the file has no column of SKUs and none of the options that the stored variants have. */
function tellsVariantsApart(variant: ImportedVariant, stored: readonly StoredVariant[], speaks: Speaker): boolean {
  if (variant.sku !== undefined || Object.keys(variant.options).length > 0) return true;
  return stored.some(({ options }) => Object.keys(options).some(speaks.ofOption));
}

const emptyProduct = emptyOf(productColumns) as Omit<CompleteProduct, 'code' | 'attributes' | 'variants'>;
const noVariant = emptyOf(variantColumns) as Omit<CompleteVariant, 'key' | 'options' | 'attributes'>;

function emptyVariant({ key, options, attributes }: ImportedVariant): CompleteVariant {
  return { key, options, attributes, ...noVariant };
}

function emptyOf(columns: readonly StoredColumn[]): Record<string, unknown> {
  return Object.fromEntries(columns.map((column) => [column, emptyValues[kindOf(column)]]));
}

/** A file without alt texts leaves those of the images that it still has. */
function withAlts(said: readonly ImportedImage[], stored: readonly CompleteImage[]): CompleteImage[] {
  const alts = new Map(stored.map(({ urlHash, alt }) => [urlHash, alt]));
  return said.map(({ url, urlHash, alt = alts.get(urlHash) ?? null }) => ({ url, urlHash, alt }));
}

/** `before` with all that is said. */
function complete<T extends object>(before: T, said: Partial<T>): T {
  const spoken = Object.entries(said).filter(([, value]) => value !== undefined);
  return { ...before, ...Object.fromEntries(spoken) };
}

/** Amounts are in the product's one currency: those of another would be wrong ones. */
function withoutMoney(stored: StoredProduct): StoredProduct {
  const none = (columns: readonly StoredColumn[]) =>
    Object.fromEntries(columns.filter((column) => kindOf(column) === 'money').map((column) => [column, null]));
  const variants = stored.variants.map((variant) => ({ ...variant, ...none(variantColumns) }));
  return { ...stored, ...none(productColumns), variants };
}
