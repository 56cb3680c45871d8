import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { and, eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { followExecution } from '../../operate/executions/follow-execution.ts';
import { dropSpreadsheet, followImport } from '../../operate/executions/follow-import.ts';
import { followUndo, startUndo } from '../../operate/executions/run-undo.ts';
import { writeEndpoints } from '../../operate/target/endpoints.ts';
import { importChunks, imports, suppliers } from '../../schema/index.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';
import { startCommand } from './run-command.ts';

let local: TestStack;
beforeAll(async () => {
  local = await startTestStack({ seed: 5, images: 1 });
  // Where commands look for the stack.
  await writeEndpoints(join(local.directory, 'state'), local.stack.endpoints);
});
afterAll(() => local?.close());

const lines = (count: number, price: (index: number) => number) =>
  Array.from({ length: count }, (_, index) => `P-${index},Vase ${index},${price(index)}`);
const csv = (rows: string[]) => ['Code,Title,Price', ...rows, ''].join('\n');

async function importFile(name: string, text: string, supplier: string) {
  const file = join(local.directory, name);
  await writeFile(file, text);
  const executionArn = await dropSpreadsheet(local.target, file, supplier);
  const { summary } = await followImport(local.target, executionArn, () => {});
  if (summary === null) throw new Error(`The import of ${name} failed`);
  return { summary, id: await idOf(executionArn), name: executionArn.split(':').at(-1) ?? '' };
}

async function idOf(executionArn: string): Promise<number> {
  const [row] = await local.database.select().from(imports).where(eq(imports.executionArn, executionArn));
  return row?.id ?? 0;
}

/** A command's exit code, the JSON that it prints, and its errors. */
async function run(script: string, ...args: string[]) {
  const state = join(local.directory, 'state');
  const command = startCommand(`operate/${script}.ts`, [...args, '--state', state, '--json'], '.');
  const code = await command.exited;
  const { stdout, stderr } = command.output();
  return { code, stderr, told: stdout === '' ? null : JSON.parse(stdout) };
}

const fingerprintOf = async (supplier: string) => (await run('verify', '--supplier', supplier)).told.fingerprint;

it('brings back what a wrong file in full mode changed, created and deactivated, and then the wrong file', async () => {
  await importFile('a.csv', csv(lines(300, () => 5)), 'acme');
  await local.database.update(suppliers).set({ feedMode: 'full' }).where(eq(suppliers.code, 'acme'));
  const before = await fingerprintOf('acme');
  const wrongLines = [...lines(297, (index) => (index % 100 === 0 ? 50 : 5)), 'X-1,Not ours,1', 'X-2,,1'];
  const wrong = await importFile('b.csv', csv(wrongLines), 'acme');
  expect(wrong.summary.products).toEqual({ created: 1, updated: 3, unchanged: 294, deactivated: 3 });
  const after = await fingerprintOf('acme');

  const receipt = await run('verify', '--import', wrong.name);
  expect(receipt).toMatchObject({ code: 0, told: { verified: true, differences: [], importId: wrong.id } });
  expect(receipt.told.rows).toMatchObject({ read: 299, products: 298, rejected: 1 });
  expect(receipt.told.rows).toEqual(wrong.summary.rows);

  const dry = await run('undo', String(wrong.id), '--dry-run');
  expect(dry).toMatchObject({ code: 0, told: { dryRun: true, restored: null, products: 7, leftAlone: 0 } });
  expect(await fingerprintOf('acme')).toBe(after);

  const undone = await run('undo', wrong.name);
  expect(undone).toMatchObject({ code: 0, told: { restored: true, products: 7, fingerprint: before } });
  expect(await fingerprintOf('acme')).toBe(before);
  const again = await run('undo', wrong.name);
  expect(again).toMatchObject({ code: 1, told: null });
  expect(again.stderr).toMatch(
    /^error: Import \d+ has been undone already, by \d+: undo that one to have it back\.\n$/,
  );

  const redone = await run('undo', String(undone.told.importId));
  expect(redone).toMatchObject({ code: 0, told: { restored: true, products: 7, fingerprint: after } });
  const refused = await run('verify', '--import', String(undone.told.importId));
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error: Import \d+ is an undo, .*\n$/) });

  await local.database
    .update(importChunks)
    .set({ productCodes: sql`${importChunks.productCodes}[2:]` })
    .where(and(eq(importChunks.importId, wrong.id), eq(importChunks.chunk, 0)));
  const tampered = await run('verify', '--import', wrong.name);
  expect(tampered).toMatchObject({ code: 2, told: { verified: false } });
  expect(tampered.told.differences).toEqual(['The import has a record of 297 products, 297 of them in the file.']);
});

it('refuses in one sentence what cannot be undone', async () => {
  expect(await run('undo', 'no-such-execution')).toMatchObject({
    code: 1,
    stderr: 'error: There is no import "no-such-execution": give its id, or the name of its execution.\n',
  });
  expect(await run('undo', 'a b')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^error: "a b" is neither/),
  });
});

it('undoes an import once, of two undos at the same time', async () => {
  await importFile('c.csv', csv(lines(20, () => 1)), 'twice');
  const before = await fingerprintOf('twice');
  const wrong = await importFile('d.csv', csv(lines(20, () => 2)), 'twice');
  const both = await Promise.all([0, 1].map(() => startUndo(local.target, wrong.name, { dryRun: false })));
  const ended = await Promise.all(both.map((arn) => followExecution(local.target, arn, () => {})));
  expect(ended.map(({ status }) => status).sort()).toEqual(['FAILED', 'SUCCEEDED']);
  expect(ended.find(({ status }) => status === 'FAILED')?.error?.message).toMatch(
    /^Import \d+ (is being|has been) undone/,
  );
  expect(await fingerprintOf('twice')).toBe(before);
});

it('goes on beside an import of the same supplier, whose products it leaves alone', async () => {
  await importFile('e.csv', csv(lines(600, () => 1)), 'beside');
  const wrong = await importFile('f.csv', csv(lines(600, () => 2)), 'beside');
  const file = join(local.directory, 'g.csv');
  await writeFile(file, csv(lines(300, () => 3)));
  const started = await dropSpreadsheet(local.target, file, 'beside');
  const undone = await followUndo(local.target, await startUndo(local.target, wrong.name, { dryRun: false }), () => {});
  const { summary } = await followImport(local.target, started, () => {});
  expect(summary?.status).toBe('completed');
  expect(undone.products + undone.leftAlone).toBe(600);
  // Whichever was first with a product, the newer file has the last word of those that it lists.
  const rows = await local.database.execute<{ price: string; count: string }>(
    `select price::numeric::int as price, count(*) from product_catalog where supplier = 'beside' group by 1 order by 1`,
  );
  expect([...rows]).toEqual([
    { price: 1, count: '300' },
    { price: 3, count: '300' },
  ]);
});
