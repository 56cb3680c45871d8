import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';

const resourceSchema = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
});
export type Resource = z.infer<typeof resourceSchema>;

const templateSchema = z.object({
  Resources: z.record(z.string(), resourceSchema),
  Parameters: z.record(z.string(), z.object({ Default: z.unknown().optional() })).default({}),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown() })).default({}),
});
export type Template = z.infer<typeof templateSchema>;

const assetsSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string().optional() }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

export type SynthesizedStack = {
  template: Template;
  /** Folder or file of each asset, by the object key under which the template names it. */
  assets: ReadonlyMap<string, string>;
};

/**
 * Reads a stack out of a cloud assembly. Functions are matched to their code through the assets manifest, which maps the
 * `S3Key` of the template to the folder it was made from: the copy in the assembly, or the original folder where the
 * app was synthesized with `aws:cdk:disable-asset-staging`. Paths come out absolute.
 */
export async function readStack(assemblyDirectory: string, stackName: string): Promise<SynthesizedStack> {
  const template = await readJson(join(assemblyDirectory, `${stackName}.template.json`), templateSchema);
  const manifest = await readJson(join(assemblyDirectory, `${stackName}.assets.json`), assetsSchema);
  const assets = new Map<string, string>();
  for (const { source, destinations } of Object.values(manifest.files)) {
    for (const { objectKey } of Object.values(destinations)) {
      if (source.path !== undefined) assets.set(objectKey, resolve(assemblyDirectory, source.path));
    }
  }
  return { template, assets };
}

async function readJson<T extends z.ZodType>(path: string, schema: T): Promise<z.output<T>> {
  return schema.parse(JSON.parse(await readFile(path, 'utf8')));
}
