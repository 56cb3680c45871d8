import { hash } from 'node:crypto';
import { ServiceException } from '../errors.ts';

export type Page = { maxResults?: number; nextToken?: string };

/**
 * How many results a page has (100 by default, 1,000 at most), where it begins, and the token of the page after a
 * position. A token carries a position and what it was asked with: it is refused with another filter.
 */
export function pageOf({ maxResults = 0, nextToken, ...filter }: Page) {
  if (!Number.isInteger(maxResults) || maxResults < 0 || maxResults > 1000) {
    throw new ServiceException('ValidationException', `maxResults is ${maxResults}, expected 0 to 1000`);
  }
  const asked = hash('sha256', JSON.stringify(Object.entries(filter).sort()), 'hex').slice(0, 16);
  const tokenOf = (position: number | undefined) => Buffer.from(`${position}.${asked}`).toString('base64url');
  const limit = maxResults || 100;
  if (nextToken === undefined) return { limit, tokenOf };
  const [, digits = '', filtered] = /^(\d+)\.(\w+)$/.exec(Buffer.from(nextToken, 'base64url').toString()) ?? [];
  const position = Number(digits);
  if (filtered !== asked || !Number.isSafeInteger(position)) {
    throw new ServiceException('InvalidToken', `Invalid Token: '${nextToken}'`);
  }
  return { limit, position, tokenOf };
}
