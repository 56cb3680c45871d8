import { describe, expect, it } from 'vitest';
import { jsonLines, numbers, readLines, runDistributedMap } from '../../../support/distributed-map.ts';

describe('items', () => {
  it.each([
    ['JSONL', jsonLines(numbers(3))],
    ['JSONL', `\uFEFF{"n":0}\r\n\n{"n":1}\n{"n":2}`],
    ['JSON', JSON.stringify(numbers(3))],
  ])('come from a %s object, each the input of a child', async (InputType, body) => {
    const { output } = await runDistributedMap({ ItemReader: { ...readLines, ReaderConfig: { InputType } } }, { body });
    expect(output).toEqual(numbers(3));
  });

  it('stop at MaxItems', async () => {
    const ItemReader = { ...readLines, ReaderConfig: { InputType: 'JSONL', MaxItems: 2 } };
    expect((await runDistributedMap({ ItemReader }, { lines: numbers(5) })).output).toEqual(numbers(2));
  });

  it('may be an array in the input, and may be none', async () => {
    expect((await runDistributedMap({ ItemsPath: '$.list' }, { list: [1, 2] })).output).toEqual([1, 2]);
    const { output, mapRun } = await runDistributedMap({ ItemReader: readLines }, { body: '\n' });
    expect(output).toEqual([]);
    expect(mapRun).toMatchObject({ status: 'SUCCEEDED', itemCounts: { total: 0 }, executionCounts: { total: 0 } });
  });

  it('are shaped by ItemSelector', async () => {
    const ItemSelector = {
      'index.$': '$$.Map.Item.Index',
      'n.$': '$$.Map.Item.Value.n',
      'all.$': '$.common',
      'machine.$': '$$.StateMachine.Name',
    };
    const { output } = await runDistributedMap(
      { ItemsPath: '$.list', ItemSelector },
      { list: numbers(600), common: 'c' },
    );
    expect(output).toEqual(numbers(600).map(({ n }) => ({ index: n, n, all: 'c', machine: 'Each' })));
  });

  it.each([
    ['a missing object', { ItemReader: readLines }, { key: 'missing' }, /NoSuchKey/],
    ['a line that is not JSON', { ItemReader: readLines }, { body: '{"n":0}\n{"n":' }, /line 2 is not JSON/],
    [
      'JSON that is no array',
      { ItemReader: { ...readLines, ReaderConfig: { InputType: 'JSON' } } },
      { body: '{}' },
      /not a JSON array/,
    ],
  ])('fail the run before any child with States.ItemReaderFailed: %s', async (_, fields, input, cause) => {
    let calls = 0;
    const { execution, mapRun } = await runDistributedMap(fields, input, () => calls++);
    expect(execution).toMatchObject({
      status: 'FAILED',
      error: 'States.ItemReaderFailed',
      cause: expect.stringMatching(cause),
    });
    expect(mapRun.status).toBe('FAILED');
    expect(calls).toBe(0);
  });
});

describe('batches', () => {
  it('hold MaxItemsPerBatch items and the BatchInput', async () => {
    const ItemBatcher = { MaxItemsPerBatch: 2, BatchInput: { 'id.$': '$.key', fixed: 1 } };
    const { output, mapRun } = await runDistributedMap({ ItemReader: readLines, ItemBatcher }, { lines: numbers(5) });
    const BatchInput = { id: 'items.jsonl', fixed: 1 };
    expect(output).toEqual([[0, 1], [2, 3], [4]].map((batch) => ({ BatchInput, Items: batch.map((n) => ({ n })) })));
    expect(mapRun).toMatchObject({
      itemCounts: { total: 5, succeeded: 5 },
      executionCounts: { total: 3, succeeded: 3 },
    });
  });

  it('keep the whole input of a child within MaxInputBytesPerBatch', async () => {
    const lines = Array.from({ length: 40 }, (_, n) => 'é'.repeat(n));
    const inputs: { Items: string[] }[] = [];
    const ItemBatcher = { MaxInputBytesPerBatch: 200 };
    await runDistributedMap({ ItemReader: readLines, ItemBatcher, MaxConcurrency: 1 }, { lines }, (input: never) =>
      inputs.push(input),
    );
    expect(inputs.flatMap(({ Items }) => Items)).toEqual(lines);
    const sizes = inputs.map((input) => Buffer.byteLength(JSON.stringify(input)));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(200);
    const couldHaveMore = inputs
      .slice(1)
      .filter(
        ({ Items: [first] }, index) => (sizes[index] ?? 0) + Buffer.byteLength(`,${JSON.stringify(first)}`) <= 200,
      );
    expect(couldHaveMore).toEqual([]);
  });

  it('fail the child whose one item is over 256 KiB, not the others', async () => {
    const fields = {
      ItemReader: readLines,
      ItemBatcher: { MaxItemsPerBatch: 10 },
      ToleratedFailureCount: 1,
      ResultWriter: undefined,
    };
    const { output, mapRun } = await runDistributedMap(
      fields,
      { lines: ['a', 'x'.repeat(262_144), 'b'] },
      ({ Items }: { Items: string[] }) => Items,
    );
    expect(output).toEqual([['a'], ['b']]);
    expect(mapRun.itemCounts).toMatchObject({ succeeded: 2, failed: 1 });
  });
});
