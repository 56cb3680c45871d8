import { describe, expect, it } from 'vitest';
import { normaliseHeader, withoutAccents } from '../../../../functions/shared/headers/header-names.ts';
import { english, languages } from '../../../../schema/fields/words/index.ts';
import { only, parseTable } from '../spreadsheets.ts';

const cdn = 'https://cdn.example.com';

/** Title, code, price, list price, stock, image, barcode, description, brand, category and an option. */
const lists: Record<keyof typeof languages, string> = {
  de: 'Artikelbezeichnung;Artikel-Nr.;VK brutto;UVP;Lagerbestand;Bild;EAN-Code;Beschreibung;Hersteller;Warengruppe;Farbe',
  fr: 'Nom du produit;Référence;Prix TTC;Prix public;Qté;Photo;EAN-13 complet;Descriptif;Marque;Famille;Couleur',
  es: 'Nombre;Código;Precio de venta;PVP;Existencia;Imagen;Código de barras;Descripción;Marca;Categoría;Color',
  it: 'Nome;Codice;Prezzo;Listino;Giacenza;Immagini;Codice a barre;Descrizione;Marca;Categoria;Colore',
  pt: 'Nome do produto;Código;Preço;Preço de tabela;Estoque;Imagem do produto;Código de barras;Descrição;Marca;Categoria;Cor',
  nl: 'Productnaam;Artikelnummer;Verkoopprijs;Adviesprijs;Voorraad;Afbeelding;EAN-code;Omschrijving;Merk;Categorie;Kleur',
  pl: 'Nazwa produktu;Kod produktu;Cena brutto;Cena katalogowa;Stan magazynowy;Zdjęcie;Kod kreskowy;Opis;Producent;Kategoria;Kolor',
  ru: 'Наименование;Артикул;Цена;РРЦ;Остаток;Фото;Штрихкод;Описание;Бренд;Категория;Цвет',
  uk: 'Назва;Артикул;Ціна;Рекомендована ціна;Залишок;Зображення;Штрихкод;Опис;Виробник;Категорія;Колір',
  zh: '商品名称;货号;售价;市场价;库存;主图;条形码;商品描述;品牌;分类;颜色',
  ja: '商品名;品番;販売価格;定価;在庫数;商品画像;JANコード;商品説明;ブランド;カテゴリ;カラー',
  tr: 'ÜRÜN ADI;STOK KODU;SATIŞ FİYATI;LİSTE FİYATI;STOK ADEDİ;GÖRSEL;BARKOD;AÇIKLAMA;MARKA;KATEGORİ;RENK',
};

describe('languages', () => {
  it.each(Object.entries(lists))('a list made by hand in %s is read as what it says', async (_, headers) => {
    const header = headers.split(';');
    const { products, problems } = await parseTable([
      header,
      ['Vase', 'A-1', '5.50', '9', '12', `${cdn}/1.jpg`, '4006381333931', 'Tall', 'Acme', 'Deco', 'Red'],
      ['Bowl', 'B-1', '6.50', '9', '13', `${cdn}/2.jpg`, '4006381333948', 'Low', 'Acme', 'Deco', 'Blue'],
    ]);
    expect(problems).toEqual([]);
    expect(products[0]).toMatchObject({
      code: 'A-1',
      title: 'Vase',
      description: 'Tall',
      brand: 'Acme',
      categoryPath: 'Deco',
      price: '5.5',
      msrp: '9',
      attributes: { [header[10] ?? '']: 'Red' },
      variants: [{ sku: 'A-1', barcode: '4006381333931', quantity: 12 }],
      images: [{ url: `${cdn}/1.jpg` }],
    });
    expect(Object.keys(products[0]?.attributes ?? {})).toHaveLength(1);
  });

  it('no word means different fields in two languages', () => {
    const meanings = new Map<string, Set<string>>();
    for (const words of [english, ...Object.values(languages)])
      for (const [field, headers] of Object.entries(words))
        for (const header of headers.filter((one) => !one.includes('{'))) {
          const name = withoutAccents(normaliseHeader(header));
          meanings.set(name, new Set([...(meanings.get(name) ?? []), field]));
        }
    expect([...meanings].filter(([, fields]) => fields.size > 1)).toEqual([]);
  });

  it('takes the texts in the supplier’s language, else the English ones, else the first', async () => {
    const table = [
      ['sku', 'name.de', 'name.en', 'description.fr', 'description.it', 'slug.en'],
      ['A', 'Vase aus Ton', 'Clay vase', 'Haut', 'Alto', 'clay-vase'],
    ];
    expect(only(await parseTable(table))).toMatchObject({ code: 'clay-vase', title: 'Clay vase', description: 'Haut' });
    expect(only(await parseTable(table, { locale: 'de-AT' }))).toMatchObject({ title: 'Vase aus Ton' });
  });
});
