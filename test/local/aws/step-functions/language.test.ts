import { describe, expect, it } from 'vitest';
import { runStandard } from '../../../support/step-functions.ts';
import { invoke, single } from '../../../support/step-functions-definitions.ts';

const pass = (Parameters: object) => ({ standard: { Machine: single('Pass', { Type: 'Pass', Parameters }) } });

describe('a payload template', () => {
  it.each([
    ['several delimiters', "States.StringSplit('This.is+a,test=string','.+,=')", ['This', 'is', 'a', 'test', 'string']],
    ['nothing between two delimiters', "States.StringSplit(',a,,b,',',')", ['a', 'b']],
    ['Base64 of UTF-8', "States.Base64Encode('5 € für ²√')", Buffer.from('5 € für ²√').toString('base64')],
    ['UTF-8 of Base64', "States.Base64Decode('NSDigqwgZsO8ciDCsuKImg==')", '5 € für ²√'],
    ['each element of an empty array', '$.none[*]', []],
    ['a field of each element of an empty array', '$.none[*].name', []],
    ['a slice of an empty array', '$.none[0:2]', []],
    ['a descent that finds nothing', '$..nowhere', []],
    ['each element of an array', '$.some[*]', [1, 2]],
    ['a member of an array', 'States.ArrayContains($.some, 2)', true],
  ])('gives %s', async (_, expression, expected) => {
    const { output } = await runStandard(pass({ 'value.$': expression }), { none: [], some: [1, 2] });
    expect(output).toEqual({ value: expected });
  });

  it.each([
    ['is not JSON', 'States.StringToJson($.text)', 'States.IntrinsicFailure'],
    ['is of another type', 'States.MathAdd($.text, 1)', 'States.IntrinsicFailure'],
    ['is nowhere', 'States.StringToJson($.nowhere)', 'States.Runtime'],
    ['is nowhere, without a function', '$.nowhere', 'States.Runtime'],
  ])('fails where its argument %s', async (_, expression, error) => {
    const { execution } = await runStandard(pass({ 'value.$': expression }), { text: '{' });
    expect(execution).toMatchObject({ status: 'FAILED', error });
  });

  it.each([0, false, '', null])('finds an input that is %j', async (input) => {
    expect((await runStandard(pass({ 'value.$': '$' }), input)).output).toEqual({ value: input });
  });
});

describe('a Fail state', () => {
  it.each([
    ['paths', { ErrorPath: '$.name', CausePath: '$.why' }, { error: 'Refused', cause: 'too large' }],
    [
      'intrinsic functions',
      { ErrorPath: "States.Format('Import{}', $.name)", CausePath: 'States.JsonToString($)' },
      { error: 'ImportRefused', cause: '{"name":"Refused","why":"too large"}' },
    ],
    ['a text and a path', { Error: 'Stopped', CausePath: '$.why' }, { error: 'Stopped', cause: 'too large' }],
    ['a Cause alone', { CausePath: '$.why' }, { error: undefined, cause: 'too large' }],
    ['a path to nowhere', { CausePath: '$.nowhere' }, { error: 'States.Runtime' }],
  ])('takes Error and Cause from %s', async (_, fields, expected) => {
    const definition = { StartAt: 'Stop', States: { Stop: { Type: 'Fail', ...fields } } };
    const input = { name: 'Refused', why: 'too large' };
    const { execution, history } = await runStandard({ standard: { Machine: definition } }, input);
    const { status, error, cause = '' } = execution;
    expect({ status, error, cause }).toEqual({ status: 'FAILED', cause: expect.any(String), ...expected });
    expect(history.map(({ type }) => type)).toEqual(['ExecutionStarted', 'FailStateEntered', 'ExecutionFailed']);
  });
});

describe('States.ALL', () => {
  const caught = { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }], Retry: [{ ErrorEquals: ['States.ALL'] }] };
  const withCatch = (state: object) => ({
    StartAt: 'Work',
    States: { Work: { ...state, ...caught, End: true }, Caught: { Type: 'Succeed' } },
  });
  const processor = single('Echo', { Type: 'Pass' });
  const distributed = { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' }, ...processor };
  it.each([
    ['a path to nowhere', invoke('work', { Parameters: { 'FunctionName.$': '$.nowhere' } })],
    ['Parameters of the wrong type', invoke('work', { Parameters: { FunctionName: 7 } })],
    ['items that are no array', { Type: 'Map', ItemProcessor: processor }],
    ['items of a Distributed Map that are no array', { Type: 'Map', ItemProcessor: distributed }],
  ])('does not catch the States.Runtime of %s', async (_, state) => {
    const { execution } = await runStandard({ standard: { Machine: withCatch(state) }, functions: { work: () => 1 } });
    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });
});
