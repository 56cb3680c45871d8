import { SQSClient } from '@aws-sdk/client-sqs';
import { expect, it } from 'vitest';
import { redriveDeadLetters } from '../../operate/redrive-dead-letters.ts';
import { localClientOptions } from '../../operate/target/clients.ts';
import { useServices } from '../support/services.ts';

const { fauxqs } = useServices({ queues: ['images', 'dead'] });
const bodies = (queue: string) => (fauxqs().inspectQueue(queue)?.messages.ready ?? []).map(({ body }) => body);

it('puts every message of the dead-letter queue back into the queue, as it was', async () => {
  const sqs = new SQSClient({ ...localClientOptions, endpoint: `http://127.0.0.1:${fauxqs().port}` });
  const url = (queue: string) => fauxqs().inspectQueue(queue)?.url ?? '';
  const sent = Array.from({ length: 23 }, (_, index) => `message ${index}`);
  for (const body of sent) fauxqs().sendMessage('dead', body);
  const progress: number[] = [];
  const target = { sqs, imageQueueUrl: url('images'), imageDeadLetterQueueUrl: url('dead') };
  expect(await redriveDeadLetters(target, (moved) => progress.push(moved))).toBe(23);
  expect(bodies('images').sort()).toEqual(sent.sort());
  expect(bodies('dead')).toEqual([]);
  expect(progress.at(-1)).toBe(23);
  expect(await redriveDeadLetters(target, () => {})).toBe(0);
});
