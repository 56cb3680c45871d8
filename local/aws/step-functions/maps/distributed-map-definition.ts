import { z } from 'zod';
import { compileItemTemplate, compileTemplate, type ItemTemplate } from '../language/payload-template.ts';
import type { Json, JsonObject, StateMachineType } from '../types.ts';

const count = z.number().int().nonnegative();
const jsonObject = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);

const readerSchema = z.object({
  Resource: z.literal('arn:aws:states:::s3:getObject'),
  ReaderConfig: z.strictObject({
    InputType: z.enum(['JSON', 'JSONL']),
    MaxItems: count.optional(),
    MaxItemsPath: z.string().optional(),
  }),
  Parameters: jsonObject.optional(),
  Arguments: jsonObject.optional(),
});

const writerSchema = z.object({
  Resource: z.literal('arn:aws:states:::s3:putObject').optional(),
  Parameters: jsonObject.optional(),
  Arguments: jsonObject.optional(),
  WriterConfig: z
    .object({ Transformation: z.enum(['NONE', 'COMPACT']), OutputType: z.enum(['JSON', 'JSONL']) })
    .partial()
    .optional(),
});
export type WriterConfig = { transformation: 'NONE' | 'COMPACT'; outputType: 'JSON' | 'JSONL' };

const mapSchema = z.object({
  Label: z.string().max(40).optional(),
  ItemsPath: z.string().optional(),
  ItemReader: readerSchema.optional(),
  ItemSelector: jsonObject.optional(),
  Parameters: jsonObject.optional(),
  ItemBatcher: z
    .strictObject({
      MaxItemsPerBatch: count.optional(),
      MaxItemsPerBatchPath: z.string().optional(),
      MaxInputBytesPerBatch: count.optional(),
      MaxInputBytesPerBatchPath: z.string().optional(),
      BatchInput: jsonObject.optional(),
    })
    .optional(),
  MaxConcurrency: count.optional(),
  MaxConcurrencyPath: z.string().optional(),
  ToleratedFailureCount: count.optional(),
  ToleratedFailureCountPath: z.string().optional(),
  ToleratedFailurePercentage: z.number().min(0).max(100).optional(),
  ToleratedFailurePercentagePath: z.string().optional(),
  ResultWriter: writerSchema.optional(),
  ItemProcessor: z.object({ ProcessorConfig: z.object({ ExecutionType: z.enum(['STANDARD', 'EXPRESS']) }) }),
});

/** What the fields that may hold paths came to for one run of the state. */
const settingsSchema = z.object({
  items: z.custom<Json>().optional(),
  maxItems: count.default(0),
  maxItemsPerBatch: count.default(0),
  maxInputBytesPerBatch: count.default(0),
  batchInput: jsonObject.optional(),
  maxConcurrency: count.default(0),
  toleratedFailureCount: count.optional(),
  toleratedFailurePercentage: z.number().min(0).max(100).optional(),
  reader: z.object({ Bucket: z.string(), Key: z.string(), VersionId: z.string().optional() }).optional(),
  writer: z.object({ Bucket: z.string(), Prefix: z.string().default('') }).optional(),
});
export type MapSettings = z.infer<typeof settingsSchema>;

export type DistributedMap = {
  stateName: string;
  label: string;
  executionType: StateMachineType;
  inputType?: 'JSON' | 'JSONL';
  batches: boolean;
  itemSelector?: ItemTemplate;
  writerConfig: WriterConfig;
  /** Evaluates the paths in the state's fields; throws a ZodError where one has the wrong type. */
  settings(input: Json, context: JsonObject): Promise<MapSettings>;
};

/** Reads a Map state in distributed mode. Throws where it uses something that is not emulated. */
export function parseDistributedMap(stateName: string, state: object): DistributedMap {
  const parsed = mapSchema.safeParse(state);
  if (!parsed.success) throw new Error(`State "${stateName}": ${z.prettifyError(parsed.error)}`);
  const map = parsed.data;
  const selector = map.ItemSelector ?? map.Parameters;
  const { Resource, WriterConfig } = map.ResultWriter ?? {};
  const template = compileTemplate(
    defined({
      ...either('items', undefined, map.ItemsPath),
      ...either('maxItems', map.ItemReader?.ReaderConfig.MaxItems, map.ItemReader?.ReaderConfig.MaxItemsPath),
      ...either('maxItemsPerBatch', map.ItemBatcher?.MaxItemsPerBatch, map.ItemBatcher?.MaxItemsPerBatchPath),
      ...either(
        'maxInputBytesPerBatch',
        map.ItemBatcher?.MaxInputBytesPerBatch,
        map.ItemBatcher?.MaxInputBytesPerBatchPath,
      ),
      batchInput: map.ItemBatcher?.BatchInput,
      ...either('maxConcurrency', map.MaxConcurrency, map.MaxConcurrencyPath),
      ...either('toleratedFailureCount', map.ToleratedFailureCount, map.ToleratedFailureCountPath),
      ...either('toleratedFailurePercentage', map.ToleratedFailurePercentage, map.ToleratedFailurePercentagePath),
      reader: map.ItemReader?.Parameters ?? map.ItemReader?.Arguments,
      writer: map.ResultWriter?.Parameters ?? map.ResultWriter?.Arguments,
    }),
  );
  return {
    stateName,
    label: map.Label ?? stateName.replaceAll(/[^A-Za-z0-9_-]+/g, '').slice(0, 40),
    executionType: map.ItemProcessor.ProcessorConfig.ExecutionType,
    inputType: map.ItemReader?.ReaderConfig.InputType,
    batches: map.ItemBatcher !== undefined,
    itemSelector: selector && compileItemTemplate(selector),
    // https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html: NONE is the default of an
    // export, COMPACT that of a state's output.
    writerConfig: {
      transformation: WriterConfig?.Transformation ?? (Resource === undefined ? 'COMPACT' : 'NONE'),
      outputType: WriterConfig?.OutputType ?? 'JSON',
    },
    settings: async (input, context) => settingsSchema.parse(await template(input, context)),
  };
}

function either(name: string, value: Json | undefined, path: string | undefined): { [key: string]: Json | undefined } {
  return path === undefined ? { [name]: value } : { [`${name}.$`]: path };
}

function defined(fields: { [key: string]: Json | undefined }): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, Json] => entry[1] !== undefined));
}
