const lengths = new Set([8, 12, 13, 14]);

/**
 * True for an EAN-8, UPC-A, EAN-13 or GTIN-14 whose check digit is right.
 * https://www.gs1.org/services/how-calculate-check-digit-manually
 */
export function isGtin(digits: string): boolean {
  if (!lengths.has(digits.length) || !/^\d+$/.test(digits)) return false;
  const sum = [...digits]
    .reverse()
    .reduce((total, digit, place) => total + Number(digit) * (place % 2 === 0 ? 1 : 3), 0);
  return sum % 10 === 0;
}
