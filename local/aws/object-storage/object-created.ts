import { hash } from 'node:crypto';

/** What EventBridge delivers: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
export type ObjectCreatedEvent = {
  version: '0';
  id: string;
  'detail-type': 'Object Created';
  source: 'aws.s3';
  account: string;
  time: string;
  region: string;
  resources: [string];
  detail: {
    version: '0';
    bucket: { name: string };
    object: { key: string; size: number; etag: string; sequencer: string };
    'request-id': string;
    requester: string;
    'source-ip-address': string;
    reason: UploadReason;
  };
};

export type UploadReason = 'PutObject' | 'POST Object' | 'CopyObject' | 'CompleteMultipartUpload';
export type Upload = { requestId: string; sourceAddress: string; reason: UploadReason };
type DroppedObject = { key: string; contentLength: number; etag: string; lastModified: Date };

/**
 * The event of one drop. All that identifies it (id, sequencer, time) comes from the time that is stored with the object,
 * which no two objects share: the event can be made again after a restart, and a later drop has a greater sequencer.
 * Its time has milliseconds, where AWS gives whole seconds.
 */
export function objectCreated(
  account: string,
  region: string,
  bucket: string,
  object: DroppedObject,
  upload: Upload,
): ObjectCreatedEvent {
  const etag = object.etag.replaceAll('"', '');
  const sequencer = object.lastModified.getTime().toString(16).toUpperCase().padStart(18, '0');
  return {
    version: '0',
    id: uuidOf(`${bucket}/${object.key}/${sequencer}`),
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account,
    time: object.lastModified.toISOString(),
    region,
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: '0',
      bucket: { name: bucket },
      object: { key: object.key, size: object.contentLength, etag, sequencer },
      'request-id': upload.requestId,
      requester: account,
      'source-ip-address': upload.sourceAddress,
      reason: upload.reason,
    },
  };
}

/** The same text has the same id. */
function uuidOf(text: string): string {
  return hash('sha256', text, 'hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}
