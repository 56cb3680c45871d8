import type { z } from 'zod';
import type { productImportInputSchema } from '../../workflows/payloads/import-states.ts';
import type { Upload } from '../../workflows/payloads/upload.ts';
import { executionName } from './execution-name.ts';
import type { ObjectCreated } from './object-created.ts';

export type Dependencies = {
  /** Starts ProductImport; `exists` where an execution of that name is there already. */
  startExecution(name: string, input: z.infer<typeof productImportInputSchema>): Promise<'started' | 'exists'>;
};

export type StartedImport = { result: 'started' | 'exists'; name: string } | { result: 'ignored'; name: null };

/**
 * Starts the import of a dropped object, once however often its event is delivered. Keys and file types that cannot be
 * imported start an execution as well: register-import refuses them where operators look.
 */
export async function startImport(dependencies: Dependencies, event: ObjectCreated): Promise<StartedImport> {
  const upload = uploadOf(event);
  // The S3 console makes a "folder" as an empty object whose key ends in a slash: nobody dropped a file.
  if (upload.key.endsWith('/') && upload.size === 0) return { result: 'ignored', name: null };
  const name = executionName(upload);
  return { result: await dependencies.startExecution(name, { upload }), name };
}

function uploadOf({ time, detail: { bucket, object } }: ObjectCreated): Upload {
  const objectVersionId = object['version-id'] ?? null;
  return {
    bucket: bucket.name,
    key: object.key,
    versionId: objectVersionId ?? object.sequencer,
    objectVersionId,
    etag: object.etag.replaceAll('"', ''),
    size: object.size,
    uploadedAt: time,
    sequencer: object.sequencer,
  };
}
