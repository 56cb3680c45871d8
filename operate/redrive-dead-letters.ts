import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Target } from './target/clients.ts';

type Queues = Pick<Target, 'sqs' | 'imageQueueUrl' | 'imageDeadLetterQueueUrl'>;

/**
 * Puts the messages of the image dead-letter queue back into the image queue, each sent before it is deleted: dying in
 * between sends one twice, which is harmless. Returns how many. Not StartMessageMoveTask, which the local SQS lacks and
 * which ends some time after it is started.
 */
export async function redriveDeadLetters(target: Queues, onProgress: (moved: number) => void): Promise<number> {
  const { sqs, imageQueueUrl, imageDeadLetterQueueUrl } = target;
  let moved = 0;
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: imageDeadLetterQueueUrl,
        MaxNumberOfMessages: 10,
        // Long enough to move ten; long polling asks all of SQS's servers, so that an empty answer means an empty queue.
        VisibilityTimeout: 60,
        WaitTimeSeconds: 1,
        MessageSystemAttributeNames: ['MessageGroupId'],
      }),
    );
    if (Messages.length === 0) return moved;
    for (const { Body = '', ReceiptHandle, Attributes } of Messages) {
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: imageQueueUrl,
          MessageBody: Body,
          MessageGroupId: Attributes?.MessageGroupId,
        }),
      );
      await sqs.send(new DeleteMessageCommand({ QueueUrl: imageDeadLetterQueueUrl, ReceiptHandle }));
      moved += 1;
      onProgress(moved);
    }
  }
}
