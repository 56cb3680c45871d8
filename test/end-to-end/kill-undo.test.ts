import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { eq, sql } from 'drizzle-orm';
import { expect, it, onTestFinished } from 'vitest';
import { fingerprintOf } from '../../functions/shared/changes/fingerprint.ts';
import { dropSpreadsheet, followImport } from '../../operate/executions/follow-import.ts';
import { followUndo, startUndo } from '../../operate/executions/run-undo.ts';
import { openDatabaseUrl } from '../../operate/target/database-url.ts';
import { importChunks, imports } from '../../schema/index.ts';
import { type Laptop, startLaptop } from './start-laptop.ts';

/** More files of changes than are undone at once. */
const productCount = 5_000;

it('an undo that is killed in the middle goes on by itself, and leaves the catalog from before', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'supplier-import-kill-undo-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const importAll = async ({ target }: Laptop, price: number) => {
    const file = join(directory, `at-${price}.csv`);
    const lines = Array.from({ length: productCount }, (_, index) => `P-${index},Vase ${index},${price}`);
    await writeFile(file, ['Code,Title,Price', ...lines].join('\n'));
    const executionArn = await dropSpreadsheet(target, file, 'acme');
    expect(await followImport(target, executionArn, () => {})).toMatchObject({ status: 'SUCCEEDED' });
    return executionArn.split(':').at(-1) ?? '';
  };

  const killed = await startLaptop(directory);
  await importAll(killed, 5);
  const database = openDatabaseUrl(killed.endpoints.databaseUrl);
  const before = await fingerprintOf(database, 1);
  const wrong = await importAll(killed, 50);
  const undo = await startUndo(killed.target, wrong, { dryRun: false });
  await expect
    .poll(
      () =>
        database.$count(
          importChunks,
          sql`${importChunks.importId} in (select id from ${imports} where ${imports.executionArn} = ${undo})`,
        ),
      { timeout: 60_000, interval: 5 },
    )
    .toBeGreaterThan(0);
  killed.command.process.kill('SIGKILL');
  await killed.command.exited;
  await database.$client.end().catch(() => {});

  const restarted = await startLaptop(directory);
  const { executions = [] } = await restarted.target.stepFunctions.send(
    new ListExecutionsCommand({ stateMachineArn: restarted.target.undoImportArn }),
  );
  const again = executions.find(({ executionArn }) => executionArn !== undo)?.executionArn ?? '';
  const summary = await followUndo(restarted.target, again, () => {});
  expect(summary).toMatchObject({ restored: true, leftAlone: 0, fingerprint: before.fingerprint });
  // Some had been restored before.
  expect(summary.products).toBeLessThan(productCount);
  expect(summary.products).toBeGreaterThan(0);

  const reopened = openDatabaseUrl(restarted.endpoints.databaseUrl);
  onTestFinished(() => reopened.$client.end());
  expect(await reopened.select().from(imports).where(eq(imports.executionArn, undo))).toMatchObject([
    { status: 'failed', error: 'ExecutionAborted' },
  ]);
}, 300_000);
