import { TestStateCommand, type TestStateCommandInput } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { startStepFunctions } from '../../../support/step-functions.ts';
import { invoke, single } from '../../../support/step-functions-definitions.ts';

const retry = { ErrorEquals: ['Busy'], IntervalSeconds: 5, BackoffRate: 3, MaxAttempts: 2, MaxDelaySeconds: 40 };
const caught = { ErrorEquals: ['States.ALL'], Next: 'Mend', ResultPath: '$.error' };
const work = invoke('work', {
  ResultSelector: { 'n.$': '$.Payload.n' },
  ResultPath: '$.result',
  OutputPath: '$',
  Retry: [retry],
  Catch: [caught],
  Next: 'After',
});
const each = { Type: 'Map', ItemsPath: '$.list', ItemProcessor: single('Echo', { Type: 'Pass' }), Next: 'After' };
const busy = { errorOutput: { error: 'Busy', cause: 'later' } };

async function test(definition: object, input: unknown, fields: Partial<TestStateCommandInput> = {}) {
  const { client } = await startStepFunctions({ functions: { work: ({ a }: { a: number }) => ({ n: a }) } });
  const request = { definition: JSON.stringify(definition), input: JSON.stringify(input), ...fields };
  const { output, inspectionData, ...result } = await client.send(new TestStateCommand(request));
  const { status, nextState, error, cause } = result;
  const parsed = output === undefined ? undefined : JSON.parse(output);
  return { inspectionData, result: { status, nextState, error, cause, output: parsed } };
}

describe('a tested state', () => {
  it.each([
    ['does its work without a mock', work, { a: 1 }, {}, { output: { a: 1, result: { n: 1 } }, nextState: 'After' }],
    [
      'takes the mocked result',
      work,
      { a: 1 },
      { mock: { result: '{"Payload":{"n":7}}' } },
      { output: { a: 1, result: { n: 7 } }, nextState: 'After' },
    ],
    ['of a Map takes one too', each, { list: [] }, { mock: { result: '[1]' } }, { output: [1], nextState: 'After' }],
    [
      'of a Choice leads where its rule says',
      { Type: 'Choice', Choices: [{ Variable: '$.a', NumericEquals: 1, Next: 'One' }], Default: 'Other' },
      { a: 2 },
      {},
      { output: { a: 2 }, nextState: 'Other' },
    ],
    [
      'of a Wait does not wait',
      { Type: 'Wait', Seconds: 3600, Next: 'After' },
      1,
      {},
      { output: 1, nextState: 'After' },
    ],
    [
      'sees the context given',
      { Type: 'Pass', Parameters: { 'name.$': '$$.Execution.Name', 'n.$': '$$.Map.Item.Value' }, End: true },
      {},
      { context: '{"Execution":{"Name":"import"},"Map":{"Item":{"Value":3}}}' },
      { output: { name: 'import', n: 3 } },
    ],
    [
      'is found by its name, within a Map as well',
      single('Each', each),
      { a: 1 },
      { stateName: 'Echo' },
      { output: { a: 1 } },
    ],
  ])('%s', async (_, definition, input, fields, expected) => {
    expect((await test(definition, input, fields)).result).toEqual({ status: 'SUCCEEDED', ...expected });
  });

  it.each([
    [0, 5, 'RETRIABLE'],
    [1, 15, 'RETRIABLE'],
    [2, undefined, 'CAUGHT_ERROR'],
  ])('after %i retries waits %s seconds: %s', async (retrierRetryCount, seconds, status) => {
    const { result, inspectionData } = await test(
      work,
      { a: 1 },
      {
        mock: busy,
        inspectionLevel: 'DEBUG',
        stateConfiguration: { retrierRetryCount },
      },
    );
    expect(result).toMatchObject({ status, error: 'Busy', cause: 'later' });
    expect(inspectionData?.errorDetails?.retryBackoffIntervalSeconds).toBe(seconds);
  });

  it('hands an error that is not retried to its Catch', async () => {
    const { result, inspectionData } = await test(
      work,
      { a: 1 },
      {
        mock: { errorOutput: { error: 'Refused', cause: 'no' } },
        inspectionLevel: 'DEBUG',
      },
    );
    expect(result).toEqual({
      status: 'CAUGHT_ERROR',
      nextState: 'Mend',
      error: 'Refused',
      cause: 'no',
      output: { a: 1, error: { Error: 'Refused', Cause: 'no' } },
    });
    expect(inspectionData).toMatchObject({ input: '{"a":1}', errorDetails: { catchIndex: 0 } });
  });

  it.each([
    ['States.DataLimitExceeded', { errorOutput: { error: 'States.DataLimitExceeded' } }],
    ['States.Runtime', { errorOutput: { error: 'States.Runtime' } }],
  ])('fails with %s, which States.ALL does not catch', async (error, mock) => {
    expect((await test(work, { a: 1 }, { mock })).result).toMatchObject({ status: 'FAILED', error });
  });

  it('of a Fail has the error and the cause that it says', async () => {
    const fail = { Type: 'Fail', Error: 'Refused', CausePath: "States.Format('{} rows', $.rows)" };
    expect((await test(fail, { rows: 3 })).result).toMatchObject({
      status: 'FAILED',
      error: 'Refused',
      cause: '3 rows',
    });
  });
});

it.each([
  ['no JSON', { definition: '{' }, 'ValidationException'],
  ['no state', { definition: '{}' }, 'InvalidDefinition'],
  ['a state of no machine', { definition: JSON.stringify(single('A', each)), stateName: 'B' }, 'InvalidDefinition'],
  ['a machine without a name', { definition: JSON.stringify(single('A', each)) }, 'ValidationException'],
  ['a Map without a mock', { definition: JSON.stringify(each) }, 'ValidationException'],
  ['a mock for a Pass', { definition: '{"Type":"Pass","End":true}', mock: busy }, 'ValidationException'],
  ['a mock of both kinds', { definition: JSON.stringify(work), mock: { ...busy, result: '1' } }, 'ValidationException'],
  ['an input that is no JSON', { definition: JSON.stringify(work), input: '{' }, 'ValidationException'],
])('a test of %s is refused', async (_, request, name) => {
  const { client } = await startStepFunctions({});
  await expect(client.send(new TestStateCommand(request))).rejects.toMatchObject({ name });
});
