import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSMessageAttribute, SQSRecord } from 'aws-lambda';
import { z } from 'zod';

/** What Lambda hands to a function for a batch: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export function queueEvent(messages: readonly Message[], queueArn: string): SQSEvent {
  const awsRegion = queueArn.split(':')[3] ?? '';
  return {
    Records: messages.map((message): SQSRecord => {
      const { ApproximateReceiveCount, SentTimestamp, SenderId, ApproximateFirstReceiveTimestamp, ...others } =
        message.Attributes ?? {};
      return {
        messageId: message.MessageId ?? '',
        receiptHandle: message.ReceiptHandle ?? '',
        body: message.Body ?? '',
        attributes: {
          ApproximateReceiveCount: ApproximateReceiveCount ?? '1',
          SentTimestamp: SentTimestamp ?? '',
          SenderId: SenderId ?? '',
          ApproximateFirstReceiveTimestamp: ApproximateFirstReceiveTimestamp ?? '',
          ...others,
        },
        messageAttributes: Object.fromEntries(
          Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [name, attribute(value)]),
        ),
        md5OfBody: message.MD5OfBody ?? '',
        eventSource: 'aws:sqs',
        eventSourceARN: queueArn,
        awsRegion,
      };
    }),
  };
}

function attribute({ DataType = 'String', StringValue, BinaryValue }: MessageAttributeValue): SQSMessageAttribute {
  return {
    dataType: DataType,
    stringValue: StringValue,
    binaryValue: BinaryValue && Buffer.from(BinaryValue).toString('base64'),
    stringListValues: [],
    binaryListValues: [],
  };
}

const responseSchema = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish(),
});

/**
 * The messages a function has done with, given what it returned under ReportBatchItemFailures: all of them for nothing
 * or an empty list, none for an unknown id or a response that is no such list.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html (success and failure conditions)
 */
export function succeededMessages(messages: readonly Message[], response: unknown): readonly Message[] {
  if (response === null || response === undefined || response === '') return messages;
  const parsed = responseSchema.safeParse(response);
  if (!parsed.success) return [];
  const failed = new Set(parsed.data.batchItemFailures?.map(({ itemIdentifier }) => itemIdentifier));
  const known = new Set(messages.map(({ MessageId }) => MessageId));
  if ([...failed].some((id) => !known.has(id))) return [];
  return messages.filter(({ MessageId }) => MessageId === undefined || !failed.has(MessageId));
}
