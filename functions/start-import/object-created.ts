import { z } from 'zod';

/**
 * EventBridge's "Object Created" event of S3: keys are not URL-encoded, `time` has whole seconds, `version-id` is there
 * only in a versioned bucket. https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export const objectCreatedSchema = z.object({
  'detail-type': z.literal('Object Created'),
  time: z.iso.datetime({ offset: true }),
  detail: z.object({
    bucket: z.object({ name: z.string().min(1) }),
    object: z.object({
      key: z.string().min(1),
      size: z.number().int().nonnegative(),
      etag: z.string().default(''),
      'version-id': z.string().min(1).optional(),
      sequencer: z.string().min(1),
    }),
  }),
});
export type ObjectCreated = z.infer<typeof objectCreatedSchema>;
