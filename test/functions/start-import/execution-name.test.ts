import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { executionName } from '../../../functions/start-import/execution-name.ts';

const upload = { bucket: 'uploads', key: 'acme/spring.xlsx', versionId: 'v1' };

describe('the name of an execution', () => {
  it.each([
    { key: 'acme/spring catalog.xlsx', slug: 'acme-spring-catalog-xlsx' },
    { key: 'acme/2026/März (final).csv', slug: 'acme-2026-marz-final-csv' },
    { key: '商品.xlsx', slug: 'xlsx' },
    { key: '商品', slug: 'upload' },
    { key: `acme/${'long'.repeat(100)}.xlsx`, slug: `acme-${'long'.repeat(100)}`.slice(0, 71) },
  ])('is readable for $key', ({ key, slug }) => {
    expect(executionName({ ...upload, key })).toMatch(new RegExp(`^${slug}-[0-9a-f]{8}$`));
  });

  it.each([{ bucket: 'other' }, { key: 'acme/spring-xlsx' }, { versionId: 'v2' }])('differs for %o', (difference) => {
    expect(executionName({ ...upload, ...difference })).not.toBe(executionName(upload));
  });

  it('is one that Step Functions takes, and always the same, for any key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 1024 }), (key) => {
        const name = executionName({ ...upload, key });
        expect(name).toMatch(/^[a-z0-9][a-z0-9-]{0,79}$/);
        expect(executionName({ ...upload, key })).toBe(name);
      }),
    );
  });
});
