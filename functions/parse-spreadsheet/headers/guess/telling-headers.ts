/**
 * What unknown headers say of their columns, in the languages that are read: enough to keep a column from being guessed, never
 * to take it for something.
 */

/** Stems of the word for a price. */
export const perhapsAPrice = /price|preis|prix|preci|prezz|preç|prijs|cena|цена|ціна|价|價|価格|fiyat|\bvk\b/i;

/** Measures and shares: never money, however many decimals they have. */
const measures =
  /weight|gewicht|poids|peso|waga|вес|length|width|height|depth|size|breite|länge|laenge|höhe|hoehe|tiefe|largo|ancho|alto|longueur|largeur|hauteur|volum|dimension|rate|rating|score|percent|prozent|%|ratio|latitude|longitude|\b(kg|lbs?|oz|cm|mm|in|ml|l)\b/i;

/** What every sale has, and no product is or costs: taxes, carriage, discounts, amounts ordered. */
const terms =
  /tax|vat\b|iva\b|tva\b|mwst|ust\b|ндс|пдв|kdv|税|discount|rabatt|remise|descuento|sconto|desconto|korting|margin|marge|deposit|pfand|shipping|versand|\bport\b|env[ií]o|spedizion|frete|verzend|wysyłk|доставк|运费|運費|送料|kargo|quantit|\bqty|menge|cantidad|quantidade|ilość|afname|количеств|кількіст|adedi?\b|moq|起订|注文数|minim|mindest|stock|bestand|reorder/i;

/** Numbers and codes of other things: orders, places, people, packages, kinds. */
const otherThings =
  /order|invoice|customer|kunde|cliente|serial|batch|\blot\b|\bline\b|phone|mobile|\btel|fax|mail|date|datum|fecha|data\b|year|jahr|\bjan\b|zip|\bplz\b|post(al|code|leit|nummer|cztow)|pocztow|postal|iban|address|adresse|url|link|version|user|country|land\b|colou?r|farb|categor|kategor|commodity|tariff|zoll|hs\b|type\b|typ\b|image|status|location|group|gruppe|case\b|carton|karton|inner|outer|pallet|palette|pack|units? per|partita/i;

/** Money, but perhaps what the supplier, the carrier or an earlier buyer pays, or for another amount: a person has to say. */
const otherMoney =
  /cost|koszt|unit|wholesale|dealer|einkauf|achat|compra|net|netto|map|msrp|rrp|uvp|list|retail|old|was|before|compar|special|sale|promo|ship|fee|ücret|стоимост|вартіст|surcharge|min|max|tier|bulk|break|level|group|type|date|reference|competitor|points|grund|\b(per|pro|por|al|au|za)\b|за /i;

/** Whether the column under this header may hold amounts of the product's money. */
export const mayHoldMoney = (header: string) => !measures.test(header) && !terms.test(header);

/** Whether they are certainly its price, where no other column holds any. */
export const mayBeThePrice = (header: string) => !otherMoney.test(header) && !otherThings.test(header);

/** Whether the column may hold a code or barcode of the product. */
export const mayIdentify = (header: string) =>
  ![measures, terms, otherThings, perhapsAPrice].some((words) => words.test(header));

const stockWords =
  /stock|qty|quant|cantidad|inventor|existenc|bestand|vorrat|lager|giacenz|estoque|voorraad|magazyn|остат|залиш|库存|在庫/i;

/** Whether the column is called like a stock. */
export const soundsLikeStock = (header: string) => stockWords.test(header);
