import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stack, startStack } from '../../local/stack.ts';
import { dropSpreadsheet, followImport } from '../../operate/executions/follow-import.ts';
import { countImages } from '../../operate/executions/image-counts.ts';
import { sweepToTheEnd } from '../../operate/executions/run-sweep.ts';
import { localTarget } from '../../operate/target/clients.ts';
import { openDatabaseUrl } from '../../operate/target/database-url.ts';
import { hostLanes, images, suppliers } from '../../schema/index.ts';
import { type CountingHost, startCountingHost, type Traffic } from '../support/counting-cdn.ts';

/** Of each host in each file: more than hosts have that share an item of "Convert images". */
const imagesOfHost = 110;
/** Requests at once that the supplier allows to one of its hosts. */
const limit = 2;
const traffic: Traffic = { now: 0, most: 0 };
let stack: Stack;
let directory: string;
let fast: CountingHost[];
let slow: CountingHost;
let limited: CountingHost;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'supplier-import-polite-'));
  fast = await Promise.all([20, 20].map((milliseconds) => startCountingHost(traffic, { milliseconds })));
  slow = await startCountingHost(traffic, { milliseconds: 200 });
  limited = await startCountingHost(traffic, { milliseconds: 50, refusesAt: 6 });
  stack = await startStack({
    directory: join(directory, 'state'),
    port: 0,
    allowImageHosts: [...fast, slow, limited].map(({ host }) => host),
    onLog: () => {},
  });
});
afterAll(async () => {
  await stack?.close();
  for (const host of [...fast, slow, limited]) await host.close();
  await rm(directory, { recursive: true, force: true });
});

/** A catalog with `count` images of each host, in files of their own. */
async function writeCatalog(name: string, hosts: readonly CountingHost[], count: number): Promise<string> {
  const lines = Array.from({ length: count }, (_, row) => {
    const urls = hosts.map((host) => host.url(`${name}-${row}.jpg`));
    return `${name}-${row},Product ${row},9.99,${urls.join('|')}`;
  });
  const file = join(directory, `${name}.csv`);
  await writeFile(file, ['SKU,Title,Price,Images', ...lines, ''].join('\n'));
  return file;
}

describe('two imports and a sweep at once', () => {
  it('send no host more requests at once than the supplier allows, and let no slow one hold up the others', async () => {
    const target = localTarget(stack.endpoints);
    const database = openDatabaseUrl(stack.endpoints.databaseUrl, 2);
    await database.insert(suppliers).values({ code: 'acme', name: 'Acme', imageSettings: { maxConcurrency: limit } });
    const hosts = [...fast, slow, limited];
    const files = [
      await writeCatalog('spring', hosts, imagesOfHost),
      await writeCatalog('summer', hosts, imagesOfHost),
    ];

    const executions = await Promise.all(files.map((file) => dropSpreadsheet(target, file, 'acme')));
    const ended = await Promise.all(executions.map((arn) => followImport(target, arn, () => {})));
    expect(ended.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    // What the rate limit has left over: the image it refused.
    await sweepToTheEnd(target, { dueWithinSeconds: 3 * 3600 });

    expect(await countImages(database)).toMatchObject({ distinct: 8 * imagesOfHost, converted: 8 * imagesOfHost });
    for (const host of hosts) {
      expect(host.most, host.host).toBeLessThanOrEqual(limit);
      expect(host.requests).toBeGreaterThanOrEqual(2 * imagesOfHost);
    }
    // Hosts are asked side by side …
    expect(traffic.most).toBeGreaterThan(limit);
    // … and the fast ones are done while the slow one is still at it.
    for (const { lastAt } of fast) expect(lastAt).toBeLessThan(slow.lastAt);
    // Of the requests in flight when the host said 429, one may have been on its way.
    expect(limited.tooEarly).toBeLessThan(limit);
    expect(await database.$count(hostLanes)).toBe(0);
    expect(await database.$count(images)).toBe(8 * imagesOfHost);
    await database.$client.end();
  }, 300_000);
});
