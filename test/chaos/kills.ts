import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { eq } from 'drizzle-orm';
import { expect } from 'vitest';
import type { Database } from '../../functions/shared/database/database.ts';
import type { Random } from '../../local/demo/sample/random.ts';
import { dropSpreadsheet, followImport } from '../../operate/executions/follow-import.ts';
import { followSweep, startSweep, waitForBacklog } from '../../operate/executions/run-sweep.ts';
import { hostLanes, imageHosts, images, products } from '../../schema/index.ts';
import type { ChaosStack } from './chaos-stack.ts';
import type { FaultyStorage } from './faulty-storage.ts';
import type { FaultySuppliers } from './faulty-suppliers.ts';
import { reached } from './running-states.ts';

export type Chaos = {
  stack: ChaosStack;
  suppliers: FaultySuppliers;
  storage: FaultyStorage;
  random: Random;
  /** So far. */
  kills: number;
};

const started = performance.now();
export const say = (line: string) =>
  process.stderr.write(`chaos, ${((performance.now() - started) / 1000).toFixed(0)} s: ${line}\n`);

export const lookAhead = { dueWithinSeconds: 72 * 3600 };

/** In place of a state: whatever an import does. */
export const anyMoment = 'any moment';

/** kill -9 at each of the moments; returns how many of the kills an import did not survive. */
export async function killInImport(chaos: Chaos, moments: readonly string[]): Promise<number> {
  const { stack } = chaos;
  let interrupted = 0;
  for (const moment of moments) {
    const killed =
      moment === anyMoment ? await killInTheMiddle(chaos) : await killIn(chaos, stack.target.productImportArn, moment);
    if ((await startAgain(stack, killed)).length > 0) interrupted += 1;
  }
  return interrupted;
}

async function startAgain(stack: ChaosStack, killed: string): Promise<string[]> {
  const restarted = await stack.restart();
  say(`killed ${killed}: started again: ${restarted.join(', ') || 'nothing'}`);
  return restarted;
}

/** kill -9 within a third of a second after an execution has entered the state, or once none runs. */
async function killIn(chaos: Chaos, stateMachineArn: string, state: string): Promise<string> {
  const { command, target } = chaos.stack;
  let now = await reached(target, stateMachineArn, state);
  while (now === 'not yet') {
    await sleep(20);
    now = await reached(target, stateMachineArn, state);
  }
  await sleep(chaos.random.integer(0, 300));
  command.process.kill('SIGKILL');
  await command.exited;
  chaos.kills += 1;
  return now === 'entered' ? `in "${state}"` : `after the end, "${state}" being over`;
}
/** kill -9 when so many files were written and not yet reported, or so many images asked for; at once if all is done. */
async function killInTheMiddle(chaos: Chaos): Promise<string> {
  const { suppliers, storage, random } = chaos;
  const { command, target } = chaos.stack;
  const kill = () => command.process.kill('SIGKILL');
  const count = random.integer(1, 20);
  const moment = random.pick(['files', 'requests', 'milliseconds']);
  if (moment === 'files') storage.afterStored(count, kill);
  else if (moment === 'requests') suppliers.afterRequests(count, kill);
  else setTimeout(kill, count * 100);
  waitForBacklog(target, () => {}).then(kill, () => {});
  await command.exited;
  chaos.kills += 1;
  storage.afterStored(Number.POSITIVE_INFINITY, () => {});
  suppliers.afterRequests(Number.POSITIVE_INFINITY, () => {});
  return `after ${moment === 'milliseconds' ? count * 100 : count} ${moment}`;
}

/** kill -9 in a state of SweepImages; the execution is started again, and ends. */
export async function killInSweep(chaos: Chaos, state: string): Promise<void> {
  const { stack } = chaos;
  // There is something to wait for where a host is on hold.
  if (state.startsWith('Wait')) {
    const holdUntil = new Date(Date.now() + 60_000);
    await stack.inDatabase((database) => database.update(imageHosts).set({ holdUntil }));
  }
  await startSweep(stack.target, lookAhead);
  await startAgain(stack, await killIn(chaos, stack.target.sweepImagesArn, state));
  await expect
    .poll(() => reached(stack.target, stack.target.sweepImagesArn, state), { timeout: 300_000, interval: 500 })
    .toBe('none');
  await waitForBacklog(stack.target, () => {});
  // Claimed, and never sent: three hours later it is tried again, and half an hour later the lanes are free.
  await stack.inDatabase(async (database) => {
    await database.update(images).set({ nextAttemptAt: new Date() }).where(eq(images.status, 'queued'));
    await database.delete(hostLanes);
  });
}

/** kill -9 while what a sweep has queued is converted: its messages come again after the restart. */
export async function killDuringSweep(chaos: Chaos): Promise<void> {
  const { stack, storage } = chaos;
  const { command } = stack;
  storage.afterStored(1, () => command.process.kill('SIGKILL'));
  // Not before all is sent: what is claimed and not sent yet comes back in three hours only.
  const { queued } = await followSweep(stack.target, await startSweep(stack.target, lookAhead), () => {});
  // Images that are missing for ever write no file.
  waitForBacklog(stack.target, () => {}).then(
    () => command.process.kill('SIGKILL'),
    () => {},
  );
  await command.exited;
  chaos.kills += 1;
  await stack.restart();
  await waitForBacklog(stack.target, () => {});
  say(`killed during a sweep of ${queued} images`);
}

/** Another version of the file is imported and undone, with a kill -9 in each state of the undo: the catalog is as before. */
export async function killInUndo(chaos: Chaos, states: readonly string[]): Promise<void> {
  const { stack } = chaos;
  const readCatalog = (database: Database) =>
    database
      .select({ code: products.code, title: products.title, price: products.price, status: products.status })
      .from(products)
      .orderBy(products.code);
  const before = await stack.inDatabase(readCatalog);
  const file = join(stack.directory, 'summer.csv');
  const lines = before.slice(2).map(({ code }) => `${code},Summer ${code},19.99`);
  await writeFile(file, ['SKU,Title,Price', ...lines, 'C-NEW,New,1.00', ''].join('\n'));
  const arn = await dropSpreadsheet(stack.target, file, 'acme');
  expect((await followImport(stack.target, arn, () => {})).status).toBe('SUCCEEDED');
  expect(await stack.inDatabase(readCatalog)).not.toEqual(before);

  const { undoImportArn } = stack.target;
  const input = JSON.stringify({ import: arn.split(':').at(-1), dryRun: false });
  await stack.target.stepFunctions.send(new StartExecutionCommand({ stateMachineArn: undoImportArn, input }));
  for (const state of states) await startAgain(stack, await killIn(chaos, undoImportArn, state));
  await expect.poll(() => reached(stack.target, undoImportArn, ''), { timeout: 300_000, interval: 500 }).toBe('none');
  const after = await stack.inDatabase(readCatalog);
  expect(after.filter(({ status }) => status === 'active')).toEqual(before);
}
