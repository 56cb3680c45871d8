import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { eq } from 'drizzle-orm';
import { expect, it, onTestFinished } from 'vitest';
import { startStack } from '../../local/stack.ts';
import { waitForBacklog } from '../../operate/executions/run-sweep.ts';
import { localTarget } from '../../operate/target/clients.ts';
import { openDatabaseUrl } from '../../operate/target/database-url.ts';
import { products, suppliers } from '../../schema/index.ts';

/** `ORDER_PAIRS=20` drops as many of each kind. */
const pairs = Number(process.env.ORDER_PAIRS ?? 3);

it(
  'of two files dropped 50 ms apart, under one key or two, the values of the later one stay',
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 'supplier-import-order-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const stack = await startStack({
      directory: join(directory, 'state'),
      port: 0,
      allowImageHosts: [],
      onLog: () => {},
    });
    onTestFinished(stack.close);
    const target = localTarget(stack.endpoints);
    const drop = (Key: string, price: string) =>
      target.s3.send(
        new PutObjectCommand({
          Bucket: target.uploadsBucket,
          Key,
          Body: `SKU,Title,Price\nA,Mug,${price}\n`,
          ContentType: 'text/csv',
        }),
      );
    const codes: string[] = [];
    for (const [kind, later] of [
      ['same', 'a.csv'],
      ['other', 'b.csv'],
    ]) {
      for (let pair = 1; pair <= pairs; pair += 1) {
        const code = `${kind}-${pair}`;
        codes.push(code);
        await drop(`${code}/a.csv`, '1.00');
        await sleep(50);
        await drop(`${code}/${later}`, '2.00');
      }
    }
    const started = async () => {
      const { executions = [] } = await target.stepFunctions.send(
        new ListExecutionsCommand({ stateMachineArn: target.productImportArn }),
      );
      return executions.length;
    };
    await expect.poll(started, { timeout: 60_000 + pairs * 10_000, interval: 200 }).toBe(2 * codes.length);
    await waitForBacklog(target, () => {});

    const database = openDatabaseUrl(stack.endpoints.databaseUrl);
    onTestFinished(() => database.$client.end());
    const rows = await database
      .select({ code: suppliers.code, price: products.price })
      .from(products)
      .innerJoin(suppliers, eq(suppliers.id, products.supplierId));
    const found = Object.fromEntries(rows.map(({ code, price }) => [code, Number(price)]));
    expect(found).toEqual(Object.fromEntries(codes.map((code) => [code, 2])));
  },
  120_000 + pairs * 60_000,
);
