import { longestNumber, type Money, readMoney } from './read-money.ts';

/** What stands in a price's place where there is none yet, or where one has to ask for it. */
const noPrice = new RegExp(
  `^(?:${[
    't\\.?b\\.?[acd]\\.?',
    'to be (?:determined|announced|confirmed)',
    'free(?: of charge)?|gratis|gratuit|kostenlos|бесплатно',
    '(?:please )?(?:call|ask|contact|e-?mail|inquire|enquire)(?: us)?(?: for (?:a )?(?:price|pricing|quote))?',
    '(?:price )?(?:up)?on (?:request|application)|p\\.?o\\.?a\\.?|quote|negotiable|varies|market price|coming soon',
    '(?:preis )?auf anfrage|(?:prix )?sur (?:demande|devis)|nous consulter',
    '(?:precio )?a consultar|consultar(?: precio)?|sob consulta|su richiesta|op aanvraag',
    'na zapytanie|по запросу|договорная|за запитом|sorunuz',
    '面议|面議|応相談|要問合せ|お問い合わせ|オープン価格',
  ].join('|')})$`,
  'i',
);

/** True for `TBD`, `FREE`, `call` and their like: the product has no price that a shop could ask. */
export const saysNoPrice = (text: string): boolean =>
  text.length <= longestNumber && noPrice.test(text.trim().replace(/[!.…]+$/, ''));

const between = /^(.*?\d.*?)\s*(?:-{1,3}|–|—|~|〜|\b(?:to|bis|a|à)\b)\s*(\D*?\d.*)$/iu;

/** The lower end of a range such as `4.86 -- 6.22`; null for any other text. */
export function readPriceRange(text: string, locale: string): Money | null {
  if (text.length > longestNumber) return null;
  const [, start, end] = between.exec(text.trim()) ?? [];
  if (start === undefined || end === undefined) return null;
  const [low, high] = [readMoney(start, locale), readMoney(end, locale)];
  if (typeof low === 'string' || typeof high === 'string') return null;
  const currency = low.currency ?? high.currency;
  if (low.currency !== null && high.currency !== null && low.currency !== high.currency) return null;
  return { amount: Number(low.amount) <= Number(high.amount) ? low.amount : high.amount, currency };
}
