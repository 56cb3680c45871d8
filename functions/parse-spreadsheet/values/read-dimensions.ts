import { isUnitOf } from './read-measure.ts';

type Side = 'length' | 'width' | 'height';
const number = /^(\d[\d.,]*(?:[\s-]\d{1,3}\/\d{1,3})?|\d{1,3}\/\d{1,3})\s*([a-z]+|["”″'’′]+)?\.?\s*$/i;
const marker = /^([LWHD])\s*[:=]?\s*(?=\d)|(?<=[\d"”″'\s])([LWHD])$/i;
const longestDimensions = 80;

/**
 * Splits `12 x 8 x 4 in`, `12"L x 8"W x 4"H` or `30×20×10` below `Dimensions (WxDxH) cm` into three measures with their
 * units. Without letters the order is length, width, height. Null where the text is anything else or names no unit
 * and `unit`, that of the column, is null.
 */
export function splitDimensions(text: string, header: string, unit: string | null): Record<Side, string> | null {
  const parts = text.length > longestDimensions ? [] : text.trim().split(/\s*[x×*]\s*|\s+by\s+/i);
  if (parts.length !== 3) return null;
  const letters = parts.map((part) => (marker.exec(part)?.[1] ?? marker.exec(part)?.[2])?.toUpperCase());
  const measures = parts.map((part) => number.exec(part.replace(marker, '').trim()));
  const last = measures[2]?.[2] ?? unit;
  const named = /\b([LWHD])\s?[x×/]\s?([LWHD])\s?[x×/]\s?([LWHD])\b/i.exec(header)?.slice(1);
  const order = letters.includes(undefined) ? (named ?? ['L', 'W', 'H']) : letters;
  const found = new Map<Side, string>();
  for (const [index, measure] of measures.entries()) {
    const own = measure?.[2] ?? last;
    if (!measure || own === null || !isUnitOf('dimension', own)) return null;
    found.set(sideOf(order[index]?.toUpperCase() ?? '', order), `${measure[1]} ${own}`);
  }
  const [length, width, height] = [found.get('length'), found.get('width'), found.get('height')];
  return length && width && height ? { length, width, height } : null;
}

/** The depth is the length of what stands (W×D×H), and the height of what lies (L×W×D). */
function sideOf(letter: string, order: readonly (string | undefined)[]): Side {
  if (letter === 'W') return 'width';
  if (letter === 'H') return 'height';
  return letter === 'D' && order.some((other) => other?.toUpperCase() === 'L') ? 'height' : 'length';
}
