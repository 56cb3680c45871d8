import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, GetExecutionHistoryCommand } from '@aws-sdk/client-sfn';
import { eq } from 'drizzle-orm';
import ExcelJS from 'exceljs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dropSpreadsheet, type FollowedImport, followImport } from '../../operate/executions/follow-import.ts';
import { writeEndpoints } from '../../operate/target/endpoints.ts';
import { imports, productCatalog, suppliers } from '../../schema/index.ts';
import { importSummarySchema } from '../../workflows/payloads/summary.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';
import { startCommand } from './run-command.ts';

let local: TestStack;
beforeAll(async () => {
  local = await startTestStack({ seed: 3, images: 1 });
  await writeEndpoints(join(local.directory, 'state'), local.stack.endpoints);
});
afterAll(() => local?.close());

/** A list whose columns no dictionary knows, with two of amounts. */
const list = [
  'Qqq;Www;Zzz;Yyy',
  'A-100;Red armchair;12.50;15.99',
  'A-200;Blue armchair;9.95;12.50',
  'A-300;Round table;100.00;129.90',
  '',
].join('\n');

async function drop(name: string, bytes: Uint8Array | string, supplier: string): Promise<FollowedImport> {
  const file = join(local.directory, name);
  await writeFile(file, bytes);
  return followImport(local.target, await dropSpreadsheet(local.target, file, supplier), () => {});
}

async function readReport(key: string): Promise<Uint8Array> {
  const { reportsBucket, s3 } = local.target;
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: reportsBucket, Key: key }));
  return (await Body?.transformToByteArray()) ?? new Uint8Array();
}

/** The key of columns.xlsx, as summary.json of a refused import says it. */
async function columnsOf(supplier: string, { executionArn }: FollowedImport): Promise<string> {
  const name = executionArn.split(':').at(-1);
  const bytes = await readReport(`${supplier}/${name}/summary.json`);
  return importSummarySchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8'))).reports.columns ?? 'none';
}

/** columns.xlsx with these fields chosen, by header. */
async function choose(key: string, choices: Record<string, string>): Promise<Uint8Array> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load((await readReport(key)).slice().buffer);
  const sheet = workbook.getWorksheet('Columns');
  const titles = sheet?.getRow(1).values;
  const column = (title: string) => (Array.isArray(titles) ? titles.indexOf(title) : -1);
  sheet?.eachRow((row) => {
    const choice = choices[String(row.getCell(column('Header')).value)];
    if (choice !== undefined) row.getCell(column('Use as')).value = choice;
  });
  return new Uint8Array(await workbook.xlsx.writeBuffer());
}

/** The import of acme/list.csv once another execution than this one has ended it well: the event that starts it takes its time. */
async function importedAgain(before: string | undefined) {
  const { database } = local;
  const read = () => database.select().from(imports).where(eq(imports.objectKey, 'acme/list.csv'));
  await expect
    .poll(async () => (await read()).map(({ executionArn, status }) => executionArn !== before && status), {
      timeout: 120_000,
    })
    .toEqual(['completed']);
  const [row] = await read();
  return row;
}

async function catalogOf(supplier: string) {
  const rows = await local.database.select().from(productCatalog).where(eq(productCatalog.supplier, supplier));
  return rows.map(({ code, title, price }) => [code, title, Number(price)]).toSorted();
}

const imported = (prices: number[]) => [
  ['A-100', 'Red armchair', prices[0]],
  ['A-200', 'Blue armchair', prices[1]],
  ['A-300', 'Round table', prices[2]],
];

it('imports a refused file once its columns.xlsx comes back with the fields chosen', async () => {
  const { database, target } = local;
  const refused = await drop('list.csv', list, 'acme');
  expect(refused.error).toMatchObject({
    name: 'UnclearColumns',
    message: expect.stringMatching(/“Zzz”, “Yyy” hold amounts.*\{supplier\}\/columns\.xlsx.*--map/),
  });
  expect(await catalogOf('acme')).toEqual([]);
  const chosen = await choose(await columnsOf('acme', refused), { Zzz: 'Price', Yyy: 'List price' });

  const applied = await drop('columns.xlsx', chosen, 'acme');
  expect(applied).toMatchObject({
    error: null,
    status: 'SUCCEEDED',
    summary: { format: 'columns', status: 'completed' },
  });
  const row = await importedAgain(refused.executionArn);
  expect(await catalogOf('acme')).toEqual(imported([12.5, 9.95, 100]));
  const [supplier] = await database.select().from(suppliers).where(eq(suppliers.code, 'acme'));
  expect(supplier?.columnMapping).toEqual({ Qqq: 'SKU', Www: 'Title', Zzz: 'Price', Yyy: 'List price' });
  expect(row).toMatchObject({ error: null, productsCreated: 3 });
  const { input } = await target.stepFunctions.send(new DescribeExecutionCommand({ executionArn: row?.executionArn }));
  expect(JSON.parse(input ?? '').upload).toMatchObject({ key: 'acme/list.csv', versionId: row?.versionId });

  expect(await drop('columns (1).xlsx', chosen, 'acme')).toMatchObject({ status: 'SUCCEEDED' });
  expect(await importedAgain(row?.executionArn)).toMatchObject({ productsUpdated: 0 });
  expect(await catalogOf('acme')).toEqual(imported([12.5, 9.95, 100]));
}, 300_000);

it('repeats no import of another supplier', async () => {
  const refused = await drop('list.csv', list, 'owner');
  const chosen = await choose(await columnsOf('owner', refused), { Zzz: 'Price', Yyy: 'ignore' });
  const applied = await drop('columns.xlsx', chosen, 'thief');
  expect(applied.status).toBe('SUCCEEDED');
  const { events = [] } = await local.target.stepFunctions.send(
    new GetExecutionHistoryCommand({ executionArn: applied.executionArn }),
  );
  const outputs = events.map(
    ({ stateExitedEventDetails: exited }) => exited?.name === 'Apply columns' && exited.output,
  );
  expect(outputs.filter(Boolean).map((output) => JSON.parse(String(output)).applied)).toEqual([{ again: null }]);
}, 120_000);

it.each([
  ['a file of products', async () => 'SKU,Title\nA,B\n', /^columns\.xlsx is the report of that name/],
  [
    'a field that there is not',
    async () => {
      const workbook = new ExcelJS.Workbook();
      workbook.addWorksheet('Columns').addRows([
        ['Header', 'Use as'],
        ['Listino', 'Preiss'],
      ]);
      return new Uint8Array(await workbook.xlsx.writeBuffer());
    },
    /^Row 2 of columns\.xlsx: “Preiss” is no field/,
  ],
])('refuses a columns.xlsx with %s and leaves the supplier as it was', async (_, bytes, message) => {
  const { error } = await drop('columns.xlsx', await bytes(), 'hostile');
  expect(error).toMatchObject({ name: 'InvalidColumns', message: expect.stringMatching(message) });
  const [supplier] = await local.database.select().from(suppliers).where(eq(suppliers.code, 'hostile'));
  expect(supplier?.columnMapping).toEqual({});
});

async function run(script: string, args: string[]) {
  const command = startCommand(script, [...args, '--state', join(local.directory, 'state')], process.cwd());
  const code = await command.exited;
  return { code, ...command.output() };
}

it('imports at once with --map, and tries it first with --dry-run', async () => {
  const file = join(local.directory, 'mapped.csv');
  await writeFile(file, list);
  const mapped = ['--map', 'Yyy=price', '--map', 'Zzz=cost', '--json'];
  const dry = await run('operate/import.ts', [file, '-s', 'mapper', ...mapped, '--dry-run']);
  expect(JSON.parse(dry.stdout)).toMatchObject({ products: { created: 3 } });
  expect(await local.database.select().from(suppliers).where(eq(suppliers.code, 'mapper'))).toEqual([]);
  const real = await run('operate/import.ts', [file, '-s', 'mapper', ...mapped]);
  expect(JSON.parse(real.stdout)).toMatchObject({ status: 'SUCCEEDED', summary: { products: { created: 3 } } });
  expect(await catalogOf('mapper')).toEqual(imported([15.99, 12.5, 129.9]));
  const wrong = await run('operate/import.ts', [file, '-s', 'mapper', '--map', 'Yyy=pricce']);
  expect(wrong).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^error: “pricce” is no field: did you mean “Price”\?.*\n$/),
  });
}, 120_000);

it('prints and sets what is set for a supplier', async () => {
  const missing = await run('operate/supplier.ts', ['shop']);
  expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no supplier shop yet') });
  const settings = ['feed_mode=full', 'currency=EUR', 'locale=de-DE', 'maxConcurrency=4', 'allowSvg=true'];
  const images = ['image_base_url=https://shop.example/media/', 'headers.Referer=https://shop.example/'];
  const set = await run('operate/supplier.ts', ['shop', ...[...settings, ...images].flatMap((one) => ['--set', one])]);
  expect(set).toMatchObject({ code: 0, stdout: expect.stringContaining('https://shop.example/media/') });
  const [stored] = await local.database.select().from(suppliers).where(eq(suppliers.code, 'shop'));
  expect(stored).toMatchObject({
    feedMode: 'full',
    currency: 'EUR',
    locale: 'de-DE',
    imageSettings: {
      baseUrl: 'https://shop.example/media/',
      maxConcurrency: 4,
      allowSvg: true,
      headers: { Referer: 'https://shop.example/' },
    },
  });
  const taken = await run('operate/supplier.ts', [
    'shop',
    '--set',
    'max_concurrency=',
    '--set',
    'headers.referer=',
    '--json',
  ]);
  expect(JSON.parse(taken.stdout)).toMatchObject({ max_concurrency: null, headers: {}, feed_mode: 'full' });
  const wrong = await run('operate/supplier.ts', ['shop', '--set', 'currency=EURO']);
  expect(wrong).toMatchObject({ code: 1, stderr: 'error: currency: expected an ISO 4217 code such as EUR\n' });
});
