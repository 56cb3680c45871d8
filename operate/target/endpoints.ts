import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** Where a running stack is reached: what `npm start` writes and the other commands, and people's scripts, read. */
export const endpointsSchema = z.object({
  s3: z.url(),
  sqs: z.url(),
  stepFunctions: z.url(),
  lambda: z.url(),
  /** The page to look at. */
  console: z.url(),
  databaseUrl: z.string(),
  uploadsBucket: z.string(),
  workBucket: z.string(),
  imagesBucket: z.string(),
  reportsBucket: z.string(),
  imageQueueUrl: z.url(),
  imageDeadLetterQueueUrl: z.url(),
  productImportArn: z.string(),
  undoImportArn: z.string(),
  convertImagesArn: z.string(),
  supplierSettingsFunction: z.string(),
  sweepImagesArn: z.string(),
  verifyFunction: z.string(),
  /** Process that serves them. */
  pid: z.number().int(),
});
export type Endpoints = z.infer<typeof endpointsSchema>;

export const stateDirectory = '.local';
const endpointsFile = (directory: string) => join(directory, 'endpoints.json');

/** Written beside and renamed, so that no reader sees half a file; for its owner alone, since it has a password in it. */
export async function writeEndpoints(directory: string, endpoints: Endpoints): Promise<void> {
  const file = endpointsFile(directory);
  await mkdir(dirname(file), { recursive: true });
  // One that a killed process left would keep its mode.
  await rm(`${file}.new`, { force: true });
  await writeFile(`${file}.new`, `${JSON.stringify(endpoints, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** Endpoints of the running stack; throws one line that says how to start it where none runs. */
export async function readEndpoints(directory: string): Promise<Endpoints> {
  const notRunning = (cause?: unknown) => new Error('No local stack is running: start one with npm start', { cause });
  let endpoints: Endpoints;
  try {
    endpoints = endpointsSchema.parse(JSON.parse(await readFile(endpointsFile(directory), 'utf8')));
  } catch (error) {
    throw notRunning(error);
  }
  if (!(await isServing(endpoints))) throw notRunning();
  return endpoints;
}

export async function removeEndpoints(directory: string): Promise<void> {
  await rm(endpointsFile(directory), { force: true });
}

/** Whether anything answers there: a killed stack leaves its file behind. */
async function isServing(endpoints: Endpoints): Promise<boolean> {
  try {
    const response = await fetch(endpoints.stepFunctions, { signal: AbortSignal.timeout(5000) });
    await response.body?.cancel();
    return true;
  } catch {
    return false;
  }
}
