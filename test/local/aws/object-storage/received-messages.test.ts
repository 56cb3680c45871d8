import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { expect, it } from 'vitest';
import { startStorage, temporaryDirectory } from './storage.ts';

it('a message that was being handled when the stack ended can be received again at once', async () => {
  const options = {
    directory: await temporaryDirectory(),
    queues: [{ name: 'images', attributes: { VisibilityTimeout: '1860' } }],
  };
  const before = await startStorage(options);
  const receive = ({ sqs, storage }: typeof before) =>
    sqs.send(new ReceiveMessageCommand({ QueueUrl: storage.queueUrl('images'), MessageSystemAttributeNames: ['All'] }));
  await before.sqs.send(
    new SendMessageCommand({ QueueUrl: before.storage.queueUrl('images'), MessageBody: 'image 1' }),
  );
  expect((await receive(before)).Messages).toHaveLength(1);
  expect((await receive(before)).Messages ?? []).toHaveLength(0);
  await before.stop();

  const { Messages = [] } = await receive(await startStorage(options));
  expect(Messages).toMatchObject([{ Body: 'image 1', Attributes: { ApproximateReceiveCount: '2' } }]);
});
