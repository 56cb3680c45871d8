import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesPattern } from '../../../../local/aws/events/pattern.ts';

const event = {
  source: 'aws.s3',
  'detail-type': 'Object Created',
  resources: ['arn:aws:s3:::uploads', 'arn:aws:s3:::other'],
  detail: {
    bucket: { name: 'uploads' },
    object: { key: 'acme/Spring.XLSX', size: 100, deleted: null, tags: [], versioned: false },
    parts: [{ n: 1 }, { n: 2 }],
  },
};

const object = (matchers: Record<string, unknown[]>) => ({ detail: { object: matchers } });

describe('an event pattern', () => {
  it.each([
    ['no field', {}],
    [
      'exact values',
      { source: ['aws.s3'], 'detail-type': ['Object Created'], detail: { bucket: { name: ['uploads'] } } },
    ],
    ['one of several values', { source: ['aws.ec2', 'aws.s3'] }],
    ['one element of an array', { resources: ['arn:aws:s3:::other'] }],
    ['one object of an array', { detail: { parts: { n: [2] } } }],
    ['numbers, booleans and null', object({ size: [100], versioned: [false], deleted: [null] })],
    ['prefix', object({ key: [{ prefix: 'acme/' }] })],
    ['suffix', object({ key: [{ suffix: '.XLSX' }] })],
    ['suffix whatever the case', object({ key: [{ suffix: { 'equals-ignore-case': '.xlsx' } }] })],
    ['equals-ignore-case', object({ key: [{ 'equals-ignore-case': 'ACME/spring.xlsx' }] })],
    ['wildcard', object({ key: [{ wildcard: 'a*/*.XLSX' }] })],
    ['exists', object({ key: [{ exists: true }], missing: [{ exists: false }] })],
    ['exists false below what is missing', { detail: { nothing: { here: [{ exists: false }] } } }],
    ['anything-but a value', object({ key: [{ 'anything-but': 'acme/other.xlsx' }] })],
    ['anything-but values', object({ size: [{ 'anything-but': [1, 2] }] })],
    ['anything-but prefixes', object({ key: [{ 'anything-but': { prefix: ['zeta/', 'eta/'] } }] })],
    ['numeric range', object({ size: [{ numeric: ['>', 0, '<=', 100] }] })],
    ['$or', { $or: [{ source: ['aws.ec2'] }, { detail: { bucket: { name: ['uploads'] } } }] }],
  ])('matches by %s', (_, pattern) => {
    expect(matchesPattern(pattern, event)).toBe(true);
  });

  it.each([
    ['another value', { source: ['aws.ec2'] }],
    ['one field of two', { source: ['aws.s3'], 'detail-type': ['Object Deleted'] }],
    ['another type', object({ size: ['100'] })],
    ['a missing field', object({ missing: ['x'] })],
    ['a missing parent', { nothing: { here: ['x'] } }],
    ['prefix', object({ key: [{ prefix: 'zeta/' }] })],
    ['suffix', object({ key: [{ suffix: '.xlsx' }] })],
    ['wildcard, to its end', object({ key: [{ wildcard: 'acme/*.XLS' }] })],
    ['wildcard, where the dot is a dot', object({ key: [{ wildcard: 'acme/Spring?XLSX' }] })],
    ['exists of a branch', { detail: { object: [{ exists: true }] } }],
    ['exists false', object({ key: [{ exists: false }] })],
    ['anything-but', object({ size: [{ 'anything-but': [100, 2] }] })],
    ['anything-but a suffix', object({ key: [{ 'anything-but': { suffix: '.XLSX' } }] })],
    ['anything-but of a missing field', object({ missing: [{ 'anything-but': 'x' }] })],
    ['numeric', object({ size: [{ numeric: ['>', 100] }] })],
    ['numeric of text', object({ key: [{ numeric: ['>', 0] }] })],
    ['an empty list', { source: [] }],
  ])('does not match by %s', (_, pattern) => {
    expect(matchesPattern(pattern, event)).toBe(false);
  });

  it.each([
    [object({ key: [{ cidr: '10.0.0.0/8' }] })],
    [object({ key: [{ prefix: 'a', suffix: 'b' }] })],
    [{ source: 'aws.s3' }],
  ])('that is not understood is refused: %j', (pattern) => {
    expect(() => matchesPattern(pattern, event)).toThrow(/Not emulated|Expected/);
  });

  it('takes every character of a wildcard but the star for itself', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (before, between, after) => {
        const escaped = [before, after].map((text) => text.replace(/[\\*]/g, '\\$&'));
        const pattern = { value: [{ wildcard: escaped.join('*') }] };
        return matchesPattern(pattern, { value: before + between + after });
      }),
    );
  });
});
