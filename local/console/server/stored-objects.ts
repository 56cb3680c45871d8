import { GetObjectCommand, ListObjectsV2Command, S3ServiceException } from '@aws-sdk/client-s3';
import { imageKeys } from '../../../functions/shared/imports/object-keys.ts';
import type { Target } from '../../../operate/target/clients.ts';
import { RequestError } from './request-error.ts';

/** The bytes of a rendition, e.g. `acme/3f2c…/thumb.webp`. */
export async function readImage({ s3, imagesBucket }: Target, key: string): Promise<Buffer> {
  if (imageKeys.prefixOf(key) === null) throw new RequestError(404, `"${key}" is not the key of an image`);
  return readObject(s3, imagesBucket, key);
}

/** Keys of an import's reports. */
export async function listReports({ s3, reportsBucket }: Target, prefix: string): Promise<string[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: reportsBucket, Prefix: prefix }));
  return Contents.flatMap(({ Key }) => Key ?? []);
}

/**
 * A report to be shown where it is a page, and to be saved where it is anything else. S3's port refuses pages, the console's
 * too: a page's pictures come from the console's port.
 */
export async function readReport(
  { s3, reportsBucket }: Target,
  key: string,
  imagesBaseUrl: string,
): Promise<{ body: Buffer | string; headers: Record<string, string> }> {
  const body = await readObject(s3, reportsBucket, key);
  if (key.endsWith('.html')) {
    const page = body.toString().replaceAll(`${imagesBaseUrl}/`, '/console/images/');
    return { body: page, headers: { 'content-type': 'text/html; charset=utf-8' } };
  }
  const name = encodeURIComponent(key.split('/').at(-1) ?? 'report');
  return {
    body,
    headers: {
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename*=UTF-8''${name}`,
    },
  };
}

async function readObject(s3: Target['s3'], bucket: string, key: string): Promise<Buffer> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  } catch (error) {
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) {
      throw new RequestError(404, `There is no ${key} in ${bucket}`, { cause: error });
    }
    throw error;
  }
}
