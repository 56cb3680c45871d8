import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { assemblyDirectory, stackName } from '../../local/assembly.ts';
import { generateCatalog } from '../../local/demo/sample/catalog.ts';
import { stackOutputs } from '../../operate/target/stack-target.ts';
import { type CloudFormation, describedStack, refusal, startCloudFormation } from '../support/cloud-formation.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';

let local: TestStack;
let cloudFormation: CloudFormation;
beforeAll(async () => {
  local = await startTestStack({ seed: 5, images: 8, faults: false });
  const { endpoints } = local.stack;
  const names = Object.entries(stackOutputs).map(([name, output]) => [
    output,
    endpoints[name as keyof typeof stackOutputs],
  ]);
  cloudFormation = await startCloudFormation((name) =>
    name === stackName
      ? describedStack(name, Object.fromEntries(names))
      : refusal('ValidationError', `Stack with id ${name} does not exist`),
  );
});
afterAll(async () => {
  await cloudFormation?.close();
  await local?.close();
});

/** A command as an operator runs it, with AWS where the local stack is. */
async function run(script: string, ...args: string[]): Promise<{ stdout: string; stderr: string; code: number }> {
  const { s3, sqs, stepFunctions, lambda } = local.stack.endpoints;
  const env = {
    PATH: process.env.PATH,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    NODE_OPTIONS: process.env.NODE_OPTIONS,
    HOME: local.directory,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
    AWS_ENDPOINT_URL_S3: s3,
    AWS_ENDPOINT_URL_SQS: sqs,
    AWS_ENDPOINT_URL_SFN: stepFunctions,
    AWS_ENDPOINT_URL_LAMBDA: lambda,
  };
  return promisify(execFile)(process.execPath, [script, ...args], { env }).then(
    (output) => ({ ...output, code: 0 }),
    (failure: { stdout: string; stderr: string; code: number }) => failure,
  );
}

it('imports into the stack that the name stands for, then sweeps it', { timeout: 180_000 }, async () => {
  const catalog = await generateCatalog({ seed: 5, baseUrl: local.cdn.url, products: 4, images: 8, faults: false });
  const file = join(local.directory, 'catalog.xlsx');
  await writeFile(file, catalog.xlsx);
  const imported = await run('operate/import.ts', file, '--supplier', 'acme', '--stack', stackName, '--json');
  expect(imported).toMatchObject({ code: 0, stderr: '' });
  const { status, summary } = JSON.parse(imported.stdout);
  expect(status).toBe('SUCCEEDED');
  expect(summary.images).toMatchObject({ distinct: 8, converted: 8 });

  await local.database
    .$client`update images set status = 'failed', error_code = 'TIMEOUT', next_attempt_at = now() where id = (select min(id) from images)`;
  const swept = await run('operate/sweep.ts', '--stack', stackName, '--json');
  expect(swept).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(swept.stdout)).toMatchObject({ queued: 1, queue: { messages: 0, deadLetters: 0 } });
});

it('goes on sweeping while a host has more images due than lanes for them', { timeout: 180_000 }, async () => {
  const { $client } = local.database;
  await $client`update suppliers set image_settings = '{"maxConcurrency": 1}'`;
  await $client`insert into images (source_url_hash, source_url, supplier_id, host)
    select gen_random_uuid(), source_url || '?' || n, supplier_id, host
    from (select * from images order by id limit 1) one, generate_series(1, 70) n`;
  const swept = await run('operate/sweep.ts', '--stack', stackName, '--json');
  expect(swept).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(swept.stdout)).toMatchObject({ queued: 70, due: 0, queue: { messages: 0 } });
});

it('starts a sweep that nobody waits for, and names its execution', async () => {
  const { stdout, stderr } = await run('operate/sweep.ts', '--stack', stackName, '--no-wait');
  expect({ stdout, stderr }).toEqual({
    stdout: expect.stringMatching(/^The sweep runs: arn:aws:states:[^\n]+SweepImages[^\n]+\n$/),
    stderr: '',
  });
});

it('prints what the sweep returned and how deep the queues are', async () => {
  const { stdout } = await run('operate/sweep.ts', '--stack', stackName);
  expect(stdout).toMatch(/^0 images queued, 0 released, .*; 0 messages in the queue, 0 in the dead-letter queue\n$/);
});

it('reads and changes what is set for a supplier', { timeout: 60_000 }, async () => {
  const set = ['--set', 'currency=EUR', '--set', 'headers.Referer=https://shop.example/'];
  const changed = await run('operate/supplier.ts', 'shop', ...set, '--stack', stackName, '--json');
  expect(changed).toMatchObject({ code: 0, stderr: '' });
  const read = await run('operate/supplier.ts', 'shop', '--stack', stackName, '--json');
  expect(JSON.parse(read.stdout)).toMatchObject({ currency: 'EUR', headers: { Referer: 'https://shop.example/' } });
  expect(JSON.parse(read.stdout)).toEqual(JSON.parse(changed.stdout));
});

it('verifies an import of it, undoes it, and proves that', { timeout: 180_000 }, async () => {
  const file = join(local.directory, 'prices.csv');
  await writeFile(file, 'Code,Title,Price\nA,Vase,5\nB,Bowl,cheap\n');
  const ofStack = ['--stack', stackName, '--json'];
  const imported = await run('operate/import.ts', file, '--supplier', 'prices', ...ofStack);
  const name = JSON.parse(imported.stdout).executionArn.split(':').at(-1);
  const verified = await run('operate/verify.ts', '--import', name, ...ofStack);
  expect(verified).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(verified.stdout)).toMatchObject({
    verified: true,
    rows: { read: 2, products: 1, rejected: 1, reasons: { rejected: { invalid_price: 1 } } },
    products: { listed: 1, recorded: 1 },
    differences: [],
  });
  const dry = await run('operate/undo.ts', name, '--dry-run', ...ofStack);
  expect(JSON.parse(dry.stdout)).toMatchObject({ restored: null, products: 1 });
  const undone = await run('operate/undo.ts', name, ...ofStack);
  expect(undone).toMatchObject({ code: 0, stderr: '' });
  const { restored, fingerprint } = JSON.parse(undone.stdout);
  const catalog = await run('operate/verify.ts', '--supplier', 'prices', ...ofStack);
  expect({ restored, ...JSON.parse(catalog.stdout) }).toEqual({
    restored: true,
    supplier: 'prices',
    products: 0,
    fingerprint,
  });
});

it.each([
  ['operate/import.ts', 'package.json', '--supplier', 'acme'],
  ['operate/sweep.ts'],
  ['operate/supplier.ts', 'acme'],
  ['operate/undo.ts', '17'],
  ['operate/verify.ts', '--import', '17'],
])('%s ends with one line where there is no such stack', async (script, ...args) => {
  const { code, stdout, stderr } = await run(script, ...args, '--stack', 'Absent');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^error: There is no stack Absent in us-east-1: check the name [^\n]+\n$/);
});

it('reads only outputs that the template has', async () => {
  const template = await readFile(join(assemblyDirectory, `${stackName}.template.json`), 'utf8');
  expect(Object.keys(JSON.parse(template).Outputs)).toEqual(expect.arrayContaining(Object.values(stackOutputs)));
});
