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

export type ResolverOptions = {
  account: string;
  region: string;
  /** URL of a queue, given its name: only the running stack knows its port. */
  queueUrl: (queueName: string) => string;
  /** Name of a resource that the template leaves unnamed; its logical id where this gives none. */
  nameOf?: (resource: { logicalId: string; type: string }) => string | undefined;
  /**
   * What the template cannot say: the value of an attribute of a resource, such as the DomainName of an
   * AWS::CloudFront::Distribution. Asked where nothing else is known; undefined where there is none.
   */
  valueOf?: (reference: { logicalId: string; type: string; attribute: string }) => unknown;
};

export type Resolver = {
  /** Replaces the intrinsic functions in `value`, at any depth; throws `UnresolvableError` naming what is missing. */
  resolve(value: unknown): unknown;
  ref(logicalId: string): unknown;
  attribute(logicalId: string, name: string): unknown;
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
