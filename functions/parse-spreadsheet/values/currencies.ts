const codes = new Set(Intl.supportedValuesOf('currency'));
export const isCurrency = (code: string) => codes.has(code);

/**
 * Symbols and words of currencies, words in lower case. Empty for those of several countries: a bare `$`, pesos, rupees
 * and crowns are the supplier's own. FCFA is that of the West African states; the Central African one is pegged to it one to one.
 */
const named: Record<string, string> = {
  US$: 'USD',
  CA$: 'CAD',
  C$: 'CAD',
  A$: 'AUD',
  AU$: 'AUD',
  NZ$: 'NZD',
  HK$: 'HKD',
  NT$: 'TWD',
  S$: 'SGD',
  MX$: 'MXN',
  R$: 'BRL',
  'S/': 'PEN',
  '€': 'EUR',
  '£': 'GBP',
  '¥': 'JPY',
  '₹': 'INR',
  '₩': 'KRW',
  '₽': 'RUB',
  '₺': 'TRY',
  '₴': 'UAH',
  '₸': 'KZT',
  '₫': 'VND',
  '₦': 'NGN',
  '₱': 'PHP',
  '฿': 'THB',
  '₪': 'ILS',
  // As it is written: `12 ft` is a length.
  Ft: 'HUF',
  zł: 'PLN',
  kč: 'CZK',
  lei: 'RON',
  лв: 'BGN',
  грн: 'UAH',
  руб: 'RUB',
  рублей: 'RUB',
  tl: 'TRY',
  lira: 'TRY',
  rm: 'MYR',
  rp: 'IDR',
  円: 'JPY',
  yen: 'JPY',
  元: 'CNY',
  rmb: 'CNY',
  yuan: 'CNY',
  원: 'KRW',
  won: 'KRW',
  บาท: 'THB',
  baht: 'THB',
  fcfa: 'XOF',
  cfa: 'XOF',
  euro: 'EUR',
  euros: 'EUR',
  reais: 'BRL',
  soles: 'PEN',
  naira: 'NGN',
  ksh: 'KES',
  $: '',
  kr: '',
  rs: '',
  dh: '',
  dhs: '',
  peso: '',
  pesos: '',
  dollar: '',
  dollars: '',
  rupee: '',
  rupees: '',
  dirham: '',
  dirhams: '',
  dinars: '',
};

/** The currency that codes, symbols and words name; null where it is the supplier's own, undefined where one of them is none. */
export function readCurrencyName(text: string): string | null | undefined {
  let found: string | null = null;
  const words = text
    .replace(/\bf\s?cfa\b/i, 'fcfa')
    .split(/\s+/)
    .filter((word) => word !== '');
  for (const word of words) {
    const upper = word.toUpperCase();
    if (codes.has(upper)) {
      found = upper;
      continue;
    }
    const name = [word, word.toLowerCase(), upper].find((spelling) => Object.hasOwn(named, spelling));
    if (name === undefined) return undefined;
    found ??= named[name] || null;
  }
  return found;
}

/** The currency that a text names unambiguously; null for a bare `$` and for any other text. */
export const namedCurrency = (text: string): string | null => readCurrencyName(text) ?? null;
