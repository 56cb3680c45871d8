import { remember } from '../../shared/headers/remember.ts';

/** What a header such as `Main Image`, `image_url_3`, `Photo1` or `Product Image File - 2` says about its column. */
export type ImageHeader = {
  /** 0 main, 1 plain or numbered, 2 additional: their order as a person reads them. */
  rank: number;
  /** 0 where the header has no number. */
  number: number;
};

const main = 'main|primary|default|base|featured|front|cover|hero|haupt';
const additional = 'additional|extra|other|alternate|alternative|alt|more|gallery|secondary|small|thumbnail|thumb';
const plain =
  'product|item|variant|large|big|full|fullsize|hires|highres|web|back|side|top|bottom|detail|lifestyle|url|link|produkt|artikel';
const noun =
  'images|image|imgs|img|photos|photo|pictures|picture|pics|pic|bilder|bild|fotos|foto|imagenes|imágenes|imagen|immagini|immagine|imagens|imagem|afbeeldingen|afbeelding';
const tail = 'url|urls|link|links|src|source|file|filename|path|name|address|href';
const imageHeader = new RegExp(
  `^((?:${main}|${additional}|${plain})*)(\\d{1,3})?(?:${noun})` + `(?:${tail})*(\\d{1,3})?(?:${tail})*(\\d{1,3})?$`,
);
const mainPrefix = new RegExp(`(?:${main})`);
const additionalPrefix = new RegExp(`(?:${additional})`);

/** Reads a normalised header; null where it names no image column. */
export const readImageHeader = remember((normalised): ImageHeader | null => {
  const match = imageHeader.exec(normalised);
  if (match === null) return null;
  const prefix = match[1] ?? '';
  const number = Number(match[2] ?? match[3] ?? match[4] ?? 0);
  const rank = mainPrefix.test(prefix) ? 0 : additionalPrefix.test(prefix) ? 2 : 1;
  return { rank, number };
});
