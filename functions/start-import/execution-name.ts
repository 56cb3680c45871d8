import { createHash } from 'node:crypto';
import type { Upload } from '../../workflows/payloads/upload.ts';

/** Step Functions allows 80 characters. https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html */
const longestName = 80;
const digestLength = 8;

/**
 * A readable name that one version of one object always gets: `acme-spring-catalog-xlsx-1f3a9c2b`. A second execution of
 * that name cannot exist, which makes a repeated event harmless.
 */
export function executionName(upload: Pick<Upload, 'bucket' | 'key' | 'versionId'>): string {
  const identity = JSON.stringify([upload.bucket, upload.key, upload.versionId]);
  const digest = createHash('sha256').update(identity).digest('hex').slice(0, digestLength);
  const slug = upload.key
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{Mark}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, longestName - digestLength - 1)
    .replace(/^-+|-+$/g, '');
  return `${slug || 'upload'}-${digest}`;
}
