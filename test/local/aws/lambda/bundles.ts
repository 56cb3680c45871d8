import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createFunctions, type FunctionOptions, type Functions } from '../../../../local/aws/lambda/functions.ts';
import type { FunctionDefinition } from '../../../../local/aws/lambda/protocol.ts';

export const functionArn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;

/** Functions whose bundles are the given source texts, closed when the test ends. */
export async function startFunctions(
  sources: Record<string, string | ({ source: string } & Partial<FunctionDefinition>)>,
  options: FunctionOptions = {},
): Promise<Functions> {
  const directory = await mkdtemp(join(tmpdir(), 'supplier-import-functions-'));
  const definitions = await Promise.all(
    Object.entries(sources).map(async ([name, given]) => {
      const { source, ...settings } = typeof given === 'string' ? { source: given } : given;
      const bundle = join(directory, `${name}.mjs`);
      await writeFile(bundle, source);
      return {
        arn: functionArn(name),
        name,
        bundle,
        environment: {},
        timeoutSeconds: 30,
        memoryMegabytes: 128,
        ...settings,
      };
    }),
  );
  const functions = createFunctions(definitions, options);
  onTestFinished(async () => {
    await functions.close();
    await rm(directory, { recursive: true, force: true });
  });
  return functions;
}
