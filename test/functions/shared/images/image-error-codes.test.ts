import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageErrorCodesTable } from '../../../../docs/generate/image-error-codes.ts';
import { codeOfCrash } from '../../../../functions/shared/images/crash-code.ts';
import { imageErrorCodes, isImageErrorCode } from '../../../../functions/shared/images/image-error-codes.ts';
import { nextAttemptAt, retryScheduleHours } from '../../../../functions/shared/images/retry-schedule.ts';

const now = new Date('2026-11-20T12:00:00Z');
const hoursUntil = (date: Date | null) => (date === null ? null : (date.getTime() - now.getTime()) / 3_600_000);

describe('the next attempt', () => {
  it.each([
    [1, 2],
    [2, 4],
    [3, 8],
    [4, 24],
    [5, 48],
    [6, null],
    [100, null],
  ])('after attempt %s is due in %s hours', (attempt, hours) => {
    expect(hoursUntil(nextAttemptAt('NOT_FOUND', attempt, now))).toBe(hours);
  });

  it('never comes for what another try cannot cure', () => {
    expect(nextAttemptAt('UNSUPPORTED_FORMAT', 1, now, 60)).toBeNull();
    expect(nextAttemptAt('BLOCKED_ADDRESS', 1, now)).toBeNull();
  });

  it('waits for Retry-After where that is later, but not longer than the schedule ever does', () => {
    expect(hoursUntil(nextAttemptAt('RATE_LIMITED', 1, now, 60))).toBe(2);
    expect(hoursUntil(nextAttemptAt('RATE_LIMITED', 1, now, 5 * 3600))).toBe(5);
    expect(hoursUntil(nextAttemptAt('SERVICE_UNAVAILABLE', 1, now, 7 * 24 * 3600))).toBe(48);
  });

  it('comes for a code that an older or newer version knows', () => {
    expect(hoursUntil(nextAttemptAt('SOMETHING_NEW', 2, now))).toBe(4);
    expect(hoursUntil(nextAttemptAt('constructor', 1, now))).toBe(2);
  });

  it('is in the future, and ends after as many attempts as the schedule has', () => {
    const codes = fc.constantFrom(...Object.keys(imageErrorCodes), 'OTHER');
    fc.assert(
      fc.property(codes, fc.integer({ min: 1, max: 20 }), fc.option(fc.nat()), (code, attempt, retryAfter) => {
        const next = nextAttemptAt(code, attempt, now, retryAfter);
        if (attempt > retryScheduleHours.length) expect(next).toBeNull();
        if (next !== null) expect(next.getTime()).toBeGreaterThanOrEqual(now.getTime() + 2 * 3_600_000);
      }),
    );
  });
});

describe('the code of a crash', () => {
  const lambda = (errorType: string, errorMessage: string) => JSON.stringify({ errorType, errorMessage, trace: [] });
  it.each([
    [
      'ImageBlip',
      lambda('ImageBlip', 'SERVER_ERROR: a.example answered 500.'),
      'SERVER_ERROR',
      'a.example answered 500.',
    ],
    ['ImageBlip', lambda('ImageBlip', 'TIMEOUT: two\nlines: here'), 'TIMEOUT', 'two\nlines: here'],
    ['ImageBlip', lambda('ImageBlip', 'NO_SUCH_CODE: x'), 'CONVERTER_CRASHED', 'ImageBlip: NO_SUCH_CODE: x'],
    ['ServiceUnavailable', lambda('ServiceUnavailable', 'S3 is unavailable: 503'), 'STORAGE_FAILED'],
    ['AccessDenied', lambda('AccessDenied', 'not authorized to perform s3:PutObject'), 'STORAGE_FAILED'],
    [
      'Sandbox.Timedout',
      lambda('Sandbox.Timedout', 'RequestId: 1 Error: Task timed out after 60.00 seconds'),
      'CONVERTER_TIMED_OUT',
    ],
    [
      'Lambda.Unknown',
      'The cause could not be determined … {"errorMessage":"2026 Task timed out after 3.00 seconds"}',
      'CONVERTER_TIMED_OUT',
    ],
    ['States.Timeout', '', 'CONVERTER_TIMED_OUT'],
    ['Runtime.OutOfMemory', lambda('Runtime.OutOfMemory', 'x'), 'CONVERTER_OUT_OF_MEMORY'],
    [
      'Runtime.ExitError',
      lambda('Runtime.ExitError', 'Runtime exited with error: signal: killed'),
      'CONVERTER_OUT_OF_MEMORY',
    ],
    [
      'Runtime.ExitError',
      lambda('Runtime.ExitError', 'Runtime exited with error: signal: segmentation fault'),
      'CONVERTER_CRASHED',
    ],
    [
      'Error',
      lambda('Error', 'Worker terminated due to reaching memory limit: JS heap out of memory'),
      'CONVERTER_OUT_OF_MEMORY',
    ],
    ['Lambda.TooManyRequestsException', 'Rate exceeded', 'CONVERTER_UNAVAILABLE'],
    ['Lambda.ServiceException', 'Service error', 'CONVERTER_UNAVAILABLE'],
    ['Lambda.Unknown', 'no idea', 'CONVERTER_CRASHED'],
    ['TypeError', lambda('TypeError', 'x is not a function'), 'CONVERTER_CRASHED'],
    ['Error', '', 'CONVERTER_CRASHED'],
    ['Error', 'null', 'CONVERTER_CRASHED'],
    ['Error', '{"errorMessage": 5}', 'CONVERTER_CRASHED'],
  ])('%s %s is %s', (error, cause, code, message = expect.any(String)) => {
    expect(codeOfCrash(error, cause)).toEqual({ code, message });
  });

  it('is one of the set for anything at all, with a message of bounded length', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.oneof(fc.string(), fc.json(), fc.string({ minLength: 2000, maxLength: 3000 })),
        (error, cause) => {
          const { code, message } = codeOfCrash(error, cause);
          expect(isImageErrorCode(code)).toBe(true);
          expect(message.length).toBeLessThanOrEqual(500);
        },
      ),
    );
  });
});

it('renders the table with a row for each code, whose cells hold no pipe', () => {
  const lines = imageErrorCodesTable().trimEnd().split('\n');
  expect(lines).toHaveLength(2 + Object.keys(imageErrorCodes).length);
  for (const line of lines) expect(line.match(/\|/g)).toHaveLength(5);
});
