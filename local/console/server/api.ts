import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { Database } from '../../../functions/shared/database/database.ts';
import { isImageErrorCode } from '../../../functions/shared/images/image-error-codes.ts';
import { startSweep } from '../../../operate/executions/run-sweep.ts';
import type { Target } from '../../../operate/target/clients.ts';
import { undoImportInputSchema } from '../../../workflows/payloads/undo.ts';
import { readBody } from '../../aws/request-body.ts';
import type { StepFunctions } from '../../aws/step-functions/index.ts';
import { readHosts } from './hosts.ts';
import { readImport } from './import.ts';
import { readImports } from './imports.ts';
import { createMapRuns } from './map-runs.ts';
import { readOwedImages } from './owed-images.ts';
import { RequestError } from './request-error.ts';
import { undo } from './undo.ts';
import { tryOut, upload } from './uploads.ts';

export type ConsoleParts = {
  target: Target;
  database: Database;
  stepFunctions: StepFunctions;
  /** IMAGES_BASE_URL of the functions: where stored reports say that pictures are. */
  imagesBaseUrl: string;
};

const sweepSchema = z.strictObject({
  retryFailed: z
    .strictObject({ supplier: z.string().min(1).optional(), code: z.string().refine(isImageErrorCode).optional() })
    .optional(),
});

/** The queries of the page, by method and path beneath /console/api/; each gives JSON. */
export function createApi({ target, database, stepFunctions }: Omit<ConsoleParts, 'imagesBaseUrl'>) {
  const mapRuns = createMapRuns(stepFunctions);
  type Operation = (query: URLSearchParams, request: IncomingMessage) => unknown;
  const operations: Record<string, Operation> = {
    'GET stack': () => ({ stateMachines: stepFunctions.listStateMachines().stateMachines }),
    'GET imports': () => readImports(database, mapRuns),
    'GET import': (query) => readImport(target, database, required(query, 'execution')),
    'GET hosts': (query) => readHosts(database, stepFunctions, mapRuns, required(query, 'execution')),
    'GET images': () => readOwedImages(database),
    'POST sweep': async (_query, request) => {
      const parsed = sweepSchema.safeParse(parseJson((await body(request, 10_000)).toString()));
      if (!parsed.success) throw new RequestError(400, z.prettifyError(parsed.error));
      return { executionArn: await startSweep(target, parsed.data) };
    },
    'POST undo': async (_query, request) => {
      const parsed = undoImportInputSchema.safeParse(parseJson((await body(request, 10_000)).toString()));
      if (!parsed.success) throw new RequestError(400, z.prettifyError(parsed.error));
      return undo(target, parsed.data);
    },
    'POST dry-run': async (query, request) => tryOut(database, await given(query, request)),
    'POST import': async (query, request) => upload(target, await given(query, request)),
  };
  return async (name: string, query: URLSearchParams, request: IncomingMessage): Promise<unknown> => {
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (operation === undefined) throw new RequestError(404, `There is no operation ${name}`);
    return operation(query, request);
  };
}

/** As large as what parse-spreadsheet takes. */
const uploadLimit = 256 * 1024 * 1024;

async function given(query: URLSearchParams, request: IncomingMessage) {
  const supplier = required(query, 'supplier');
  const file = required(query, 'file');
  return { supplier, file, bytes: await body(request, uploadLimit) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RequestError(400, 'The body is not JSON', { cause: error });
  }
}

function required(query: URLSearchParams, name: string): string {
  const value = query.get(name)?.trim();
  if (!value) throw new RequestError(400, `Say which ${name}`);
  return value;
}

async function body(request: IncomingMessage, limit: number): Promise<Buffer> {
  const bytes = await readBody(request, limit);
  if (bytes === null) throw new RequestError(413, `More than ${Math.round(limit / 1024 / 1024)} MB are not taken`);
  return bytes;
}
