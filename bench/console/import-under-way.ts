/** An import in the middle of its images, without a CDN and sharp: what the console has to look at. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { S3Client } from '@aws-sdk/client-s3';
import { eq, sql } from 'drizzle-orm';
import type { Database } from '../../functions/shared/database/database.ts';
import { startObjectStorage } from '../../local/aws/object-storage/object-storage.ts';
import { createStepFunctions } from '../../local/aws/step-functions/index.ts';
import { createConsole } from '../../local/console/server/console.ts';
import { type ControlHandlers, startControlServer } from '../../local/control-server.ts';
import { localClientOptions, localTarget } from '../../operate/target/clients.ts';
import { imports } from '../../schema/index.ts';
import type { Context } from '../bench.ts';
import { batchSize } from '../database/conversions.ts';
import { registerDrop } from '../database/products.ts';

const hosts = 20;
/** Batches of a host at once, and how long each takes: some 500 images/s together. */
const batchesAtOnce = 2;
const batchSeconds = 3;

const account = '000000000000';
const machineArn = `arn:aws:states:us-east-1:${account}:stateMachine:ProductImport`;
const functionArn = `arn:aws:lambda:us-east-1:${account}:function:Convert`;

export type ImportUnderWay = {
  executionArn: string;
  /** Of the console. */
  address: string;
  /** How many images were done from when on: committed, in Unix milliseconds. */
  done: { at: number; count: number }[];
};

/** Starts the console over `database`, in which `count` images of 20 hosts are converted, the second half of them by now. */
export async function startImport(context: Context, database: Database, count: number): Promise<ImportUnderWay> {
  const { import: registered } = await registerDrop(database, 1);
  await insertImages(database, registered, count);
  const done: ImportUnderWay['done'] = [];
  let converted = Math.floor(count / 2);
  const { address, stepFunctions } = await startConsole(context, database, async (range) => {
    await sleep(batchSeconds * 1000 * (0.5 + Math.random()));
    const count = await convert(database, range);
    converted += count;
    done.push({ at: Date.now(), count: converted });
  });
  const input = JSON.stringify({ groups: groupsOf(count) });
  const { executionArn = '' } = stepFunctions.startExecution({ stateMachineArn: machineArn, input });
  await database.update(imports).set({ executionArn }).where(eq(imports.id, registered.importId));
  return { executionArn, address, done };
}

type Range = { from: number; to: number };

/** Images that are not converted yet, the n-th of which is of host n modulo {@link hosts}. */
function groupsOf(count: number): { hosts: string[]; batches: Range[] }[] {
  const perHost = Math.ceil(count / 2 / hosts);
  return Array.from({ length: hosts }, (_, host) => {
    const first = Math.floor(count / 2) + host * perHost + 1;
    const end = Math.min(count, first + perHost - 1);
    const batches = Array.from({ length: Math.ceil((end - first + 1) / batchSize) }, (_batch, index) => {
      const from = first + index * batchSize;
      return { from, to: Math.min(end, from + batchSize - 1) };
    });
    return { hosts: [hostName(host)], batches };
  });
}

const hostName = (index: number) => `cdn-${index}.bench.example`;

async function insertImages(
  database: Database,
  { importId, supplierId }: { importId: number; supplierId: number },
  count: number,
) {
  await database.execute(sql`
    insert into images (source_url_hash, source_url, supplier_id, host, import_id, next_attempt_at, status, claimed_at,
      converted_at, store_id, object_key, renditions)
    select gen_random_uuid(), 'https://cdn.bench.example/products/' || n || '.jpg', ${supplierId},
      'cdn-' || (case when n <= ${count} / 2 then n % ${hosts} else (n - ${count} / 2 - 1) / ceil(${count} / 2.0 / ${hosts})::int end)
        || '.bench.example',
      ${importId}, null, (case when n <= ${count} / 2 then 'converted' else 'queued' end)::image_status, now(), now(), 1,
      'bench/' || md5(n::text), '{"large":[1600,1200,90000],"thumb":[400,300,9000]}'
    from generate_series(1, ${count}) n`);
  await database.execute(sql`analyze images`);
}

/** As record-images does: one statement, one commit for a batch. */
async function convert(database: Database, { from, to }: Range): Promise<number> {
  const updated = await database.execute(sql`
    update images set status = 'converted', converted_at = now(), updated_at = now(), attempts = 1
    where id between ${from} and ${to} and status = 'queued' returning id`);
  return updated.length;
}

async function startConsole(context: Context, database: Database, convertBatch: (range: Range) => Promise<void>) {
  const storage = await startObjectStorage({
    directory: join(context.directory, 'storage'),
    port: 0,
    account,
    region: 'us-east-1',
    buckets: [{ name: 'reports', notify: false }],
    queues: [],
    onObjectCreated: () => {},
  });
  context.onEnd(storage.stop);
  const handlers: Partial<ControlHandlers> = {};
  const control = await startControlServer(0, handlers);
  context.onEnd(control.close);
  const stepFunctions = await createStepFunctions({
    stateMachines: [{ arn: machineArn, name: 'ProductImport', type: 'STANDARD', definition }],
    invokeFunction: (_arn, payload) => convertBatch(payload as Range),
    putEvents: async () => {},
    s3: new S3Client({ ...localClientOptions, endpoint: storage.endpoint, forcePathStyle: true }),
    store: join(context.directory, 'step-functions'),
  });
  context.onEnd(stepFunctions.close);
  const unused = {
    uploadsBucket: '',
    workBucket: '',
    imagesBucket: '',
    undoImportArn: '',
    convertImagesArn: '',
    sweepImagesArn: '',
    supplierSettingsFunction: '',
    verifyFunction: '',
  };
  const target = localTarget({
    ...unused,
    s3: storage.endpoint,
    sqs: storage.endpoint,
    stepFunctions: control.endpoint,
    lambda: control.endpoint,
    console: control.endpoint,
    databaseUrl: '',
    reportsBucket: 'reports',
    imageQueueUrl: storage.endpoint,
    imageDeadLetterQueueUrl: storage.endpoint,
    productImportArn: machineArn,
    pid: process.pid,
  });
  handlers.stepFunctions = stepFunctions.handler;
  handlers.console = createConsole({ target, database, stepFunctions, imagesBaseUrl: storage.endpoint });
  return { address: `${control.endpoint}/`, stepFunctions };
}

const inParallel = { Type: 'Map', ItemProcessor: {}, End: true };

/** "Convert images" as ProductImport has it: a Standard child for each host, in it a Map Run of batches. */
const definition = {
  StartAt: 'Convert images',
  States: {
    'Convert images': {
      ...inParallel,
      Label: 'ConvertImages',
      ItemsPath: '$.groups',
      ToleratedFailurePercentage: 100,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'Take images',
        States: {
          'Take images': {
            Type: 'Pass',
            Parameters: { take: { lanes: 8 }, 'batches.$': '$.batches' },
            Next: 'Convert host',
          },
          'Convert host': {
            ...inParallel,
            Label: 'ConvertHost',
            ItemsPath: '$.batches',
            MaxConcurrency: batchesAtOnce,
            ItemProcessor: {
              ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
              StartAt: 'Convert each image',
              States: { 'Convert each image': { Type: 'Task', Resource: functionArn, End: true } },
            },
          },
        },
      },
    },
  },
};
