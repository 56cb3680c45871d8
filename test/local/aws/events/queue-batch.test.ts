import { describe, expect, it } from 'vitest';
import { succeededMessages } from '../../../../local/aws/events/queue-batch.ts';

const batch = [{ MessageId: 'a' }, { MessageId: 'b' }, { MessageId: 'c' }];
const failures = (...ids: unknown[]) => ({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });

/** Success and failure conditions: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html */
describe('of a batch under ReportBatchItemFailures', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['an empty response', {}],
    ['an empty list', failures()],
    ['a null list', { batchItemFailures: null }],
  ])('all messages succeed when the function returns %s', (_, response) => {
    expect(succeededMessages(batch, response)).toEqual(batch);
  });

  it('the others succeed when some are listed', () => {
    expect(succeededMessages(batch, failures('c', 'a'))).toEqual([{ MessageId: 'b' }]);
  });

  it.each([
    ['an unknown id', failures('a', 'nobody')],
    ['an empty id', failures('')],
    ['a null id', failures(null)],
    ['another key', { batchItemFailures: [{ itemId: 'a' }] }],
    ['no list', { batchItemFailures: 'a' }],
    ['text', 'done'],
  ])('none succeeds when the function returns %s', (_, response) => {
    expect(succeededMessages(batch, response)).toEqual([]);
  });
});
