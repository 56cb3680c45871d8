import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failureReason } from '../../../../functions/shared/imports/failure-reason.ts';

const zodMessage = JSON.stringify([{ code: 'invalid_type', path: ['upload'] }], null, 2);

describe('the reason of a failed import', () => {
  it.each([
    {
      caught: 'a refused file',
      Error: 'PasswordProtected',
      Cause: JSON.stringify({
        errorType: 'PasswordProtected',
        errorMessage: 'Protected.',
        trace: ['Error: at x.ts:1'],
      }),
      message: 'Protected.',
    },
    {
      caught: 'a time-out of Step Functions',
      Error: 'States.Timeout',
      Cause: 'The state timed out.',
      message: 'The state timed out.',
    },
    {
      caught: 'no cause',
      Error: 'States.Timeout',
      Cause: '',
      message: 'The import failed with StepFunctions.Timeout.',
    },
    {
      caught: 'a message with a stack',
      Error: 'Error',
      Cause: JSON.stringify({ errorType: 'Error', errorMessage: 'Boom\n    at parse (x.ts:1)' }),
      message: 'Boom',
    },
    {
      caught: 'a failed check, whose message is a document',
      Error: 'ZodError',
      Cause: JSON.stringify({ errorType: 'ZodError', errorMessage: zodMessage }),
      message: 'The import failed with ZodError.',
    },
    {
      caught: 'JSON without a message',
      Error: 'Runtime.Unknown',
      Cause: '{"a":1}',
      message: 'The import failed with Runtime.Unknown.',
    },
    { caught: 'a JSON number', Error: 'E', Cause: '42', message: 'The import failed with E.' },
    { caught: 'nothing at all', Error: '', Cause: 'null', message: 'The import failed with UnknownError.' },
  ])('is one sentence for $caught', ({ message, ...caught }) => {
    const name = caught.Error.replace('States.', 'StepFunctions.') || 'UnknownError';
    expect(failureReason(caught)).toEqual({ name, message });
  });

  it.each([
    'ItemReaderFailed',
    'ResultWriterFailed',
    'ExceedToleratedFailureThreshold',
    'DataLimitExceeded',
    'Runtime',
    'Timeout',
    'Permissions',
  ])('gives States.%s a name that a Fail state may report, and keeps the cause', (name) => {
    expect(failureReason({ Error: `States.${name}`, Cause: 'S3 has no such key.' })).toEqual({
      name: `StepFunctions.${name}`,
      message: 'S3 has no such key.',
    });
  });

  it('is never empty, never long and never of two lines, whatever was caught', () => {
    const cause = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 2000 }),
      fc.json(),
      fc.record({ errorMessage: fc.string({ unit: 'binary' }) }).map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((name) => `States.${name}`),
        ),
        cause,
        (error, Cause) => {
          const { name, message } = failureReason({ Error: error, Cause });
          expect(name).not.toBe('');
          expect(name).not.toMatch(/^States\./);
          expect(message).toMatch(/^[^\n\0]+$/u);
          expect(message.length).toBeLessThanOrEqual(500 + name.length);
        },
      ),
    );
  });
});
