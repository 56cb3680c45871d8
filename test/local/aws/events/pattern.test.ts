import { describe, expect, it } from 'vitest';
import { checkPattern, matchesPattern } from '../../../../local/aws/events/pattern.ts';

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
  ])('matches by %s', (_, pattern) => {
    expect(matchesPattern(pattern, event)).toBe(true);
  });

  it.each([
    ['another value', { source: ['aws.ec2'] }],
    ['one field of two', { source: ['aws.s3'], 'detail-type': ['Object Deleted'] }],
    ['another type', object({ size: ['100'] })],
    ['a missing field', object({ missing: ['x'] })],
    ['a missing parent', { nothing: { here: ['x'] } }],
    ['an empty list', { source: [] }],
  ])('does not match by %s', (_, pattern) => {
    expect(matchesPattern(pattern, event)).toBe(false);
  });

  it.each([
    [object({ key: [{ prefix: 'acme/' }] })],
    [object({ key: ['a', { wildcard: '*' }] })],
    [object({ size: [{ numeric: ['>', 0] }] })],
    [{ $or: [{ source: ['aws.s3'] }] }],
    [{ source: 'aws.s3' }],
  ])('that is not understood is refused: %j', (pattern) => {
    expect(() => checkPattern(pattern)).toThrow(/Not emulated|Expected/);
  });
});
