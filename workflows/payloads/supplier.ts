/** A supplier's settings, as `npm run supplier` sends and gets them. */
import { z } from 'zod';

/** A supplier's code: the first folder of its files' keys. */
export const supplierCodeSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/i, 'A supplier is letters, digits, - and _, at most 63')
  .transform((code) => code.toLowerCase());

const currencies = new Set(Intl.supportedValuesOf('currency'));

/** Field names and values that HTTP takes. https://www.rfc-editor.org/rfc/rfc9110#section-5 */
const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/, 'expected the name of an HTTP header');
const headerValue = z.string().regex(/^[\x20-\x7e]{1,1000}$/, 'expected printable ASCII, at most 1,000 characters');

/** What may be set. Null, and of headers and mapped columns an entry of null, takes back what was set. */
export const supplierChangesSchema = z
  .strictObject({
    feed_mode: z.enum(['partial', 'full'], 'expected partial or full'),
    currency: z.string().refine((code) => currencies.has(code), 'expected an ISO 4217 code such as EUR'),
    locale: z.string().refine(isLocale, 'expected a language tag such as de-DE'),
    image_base_url: z.string().refine(isBaseUrl, 'expected an address such as https://shop.example/media/').nullable(),
    max_concurrency: z
      .int('expected a whole number')
      .min(1, 'expected 1 to 1,000')
      .max(1000, 'expected 1 to 1,000')
      .nullable(),
    allow_svg: z.boolean('expected true or false'),
    headers: z.record(headerName, headerValue.nullable()),
    column_mapping: z.record(z.string().min(1).max(255), z.string().min(1).max(255).nullable()),
  })
  .partial();
export type SupplierChanges = z.infer<typeof supplierChangesSchema>;

export const supplierSettingsInputSchema = z.object({
  supplier: supplierCodeSchema,
  /** Nothing: the settings are read and no supplier is made. */
  set: supplierChangesSchema.default({}),
});

/** All settings of a supplier; null where there is no such supplier. */
export const supplierSettingsSchema = z
  .object({
    supplier: z.string(),
    feed_mode: z.enum(['partial', 'full']),
    currency: z.string(),
    locale: z.string(),
    image_base_url: z.string().nullable(),
    max_concurrency: z.number().nullable(),
    allow_svg: z.boolean(),
    headers: z.record(z.string(), z.string()),
    column_mapping: z.record(z.string(), z.string()),
  })
  .nullable();
export type SupplierSettings = z.infer<typeof supplierSettingsSchema>;

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

function isBaseUrl(text: string): boolean {
  const url = /^https?:\/\/[^\s]{1,1000}$/i.test(text) ? URL.parse(text) : null;
  return url !== null && url.search === '' && url.hash === '' && url.username === '';
}
