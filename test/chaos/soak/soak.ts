import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { buildStack } from '../../../local/build.ts';
import { seededRandom } from '../../../local/demo/sample/random.ts';
import { runCommand } from '../../../operate/command-line/command-line.ts';
import { countsTable } from '../../../operate/command-line/summary-table.ts';
import { dropSpreadsheet } from '../../../operate/executions/follow-import.ts';
import { openDatabaseUrl } from '../../../operate/target/database-url.ts';
import { stateDirectory } from '../../../operate/target/endpoints.ts';
import { startFaultySuppliers } from '../faulty-suppliers.ts';
import { check } from './check.ts';
import { type Figures, measure } from './figures.ts';
import { startSoakedStack, sweep } from './soaked-stack.ts';
import { createSupplier } from './supplier-files.ts';

type Options = { minutes: number; killEvery: number; suppliers: number; seed: number; build: boolean };
type Stop = () => unknown;

const imagesPerSupplier = 200;
/** An import of a round takes some seconds: a kill comes within the first of them. */
const killWithinMilliseconds = 1500;
const failPercent = 20;

const command = new Command('npm run soak --')
  .description(
    `Lets suppliers drop files for a long time, whose images fail ${failPercent} % of the requests, kills the stack every few minutes, and checks after each round that nothing is lost, doubled or misplaced.`,
  )
  .option('--minutes <number>', 'how long', Number, 10)
  .option('--kill-every <minutes>', 'time between two kills', Number, 2)
  .option('--suppliers <number>', 'how many drop a file in each round', Number, 4)
  .option('--seed <number>', 'repeats the files and the faults of a run', Number, Date.now() % 1_000_000)
  .option('--no-build', 'run what npm run build has left')
  .action(async (options: Options) => {
    for (const name of ['minutes', 'killEvery', 'suppliers'] as const) {
      if (!(options[name] > 0))
        throw new Error(`--${name === 'killEvery' ? 'kill-every' : name} takes a number above 0`);
    }
    if (options.build) await buildStack();
    const directory = join(stateDirectory, `soak-${process.pid}`);
    await mkdir(directory, { recursive: true });
    const stops: Stop[] = [() => rm(directory, { recursive: true, force: true })];
    const stopAll = async () => {
      for (const stop of stops.splice(0).reverse()) await stop();
    };
    const interrupt = () => void stopAll().then(() => process.exit(130));
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
    try {
      await soak(directory, options, (stop) => stops.push(stop));
    } finally {
      await stopAll();
    }
  });

const started = performance.now();
const minutesSince = (from: number) => (performance.now() - from) / 60_000;
const say = (line: string) => process.stdout.write(`${minutesSince(started).toFixed(1)} min: ${line}\n`);

/** Throws where an invariant did not hold. */
async function soak(directory: string, options: Options, onEnd: (stop: Stop) => void): Promise<void> {
  const { minutes, killEvery, seed } = options;
  say(`seed ${seed}`);
  const random = seededRandom(seed, 'soak');
  const images = options.suppliers * imagesPerSupplier;
  const cdn = await startFaultySuppliers({ seed, servers: options.suppliers, images, failPercent });
  onEnd(cdn.close);
  const suppliers = cdn.hosts.map((host, nth) => {
    const urls = cdn.images.filter(({ url }) => new URL(url).host === host).map(({ url }) => url);
    return createSupplier(`soak${nth}`, urls, random);
  });
  const state = join(directory, 'state');
  const stack = await startSoakedStack(state, cdn.hosts);
  onEnd(stack.stop);

  const wrongKeys = new Set<string>();
  const dropAll = () =>
    Promise.all(
      suppliers.map(async ({ code, nextFile }) => {
        const { name, kind, content } = nextFile();
        if (kind === 'wrong') wrongKeys.add(`${code}/${name}`);
        await mkdir(join(directory, code), { recursive: true });
        const path = join(directory, code, name);
        await writeFile(path, content);
        await dropSpreadsheet(stack.target, path, code);
        await rm(path);
      }),
    );
  const figures: Figures[] = [];
  const begun = performance.now();
  let kills = 0;
  let imports = 0;
  let lastKill = begun;
  for (let round = 1; minutesSince(begun) < minutes; round += 1) {
    await dropAll();
    const kill = minutesSince(lastKill) >= killEvery || (kills === 0 && minutesSince(begun) > minutes / 2);
    let restarted = 0;
    if (kill) {
      await sleep(random.integer(0, killWithinMilliseconds));
      stack.refuseEnd();
      restarted = await stack.killAndRestart();
      kills += 1;
      lastKill = performance.now();
    }
    await sweep(state);
    stack.refuseEnd();
    const database = openDatabaseUrl(stack.endpoints.databaseUrl);
    const checked = await check({ database, target: stack.target, sources: cdn.images, suppliers, wrongKeys });
    const taken = await measure({ pid: stack.endpoints.pid, directory: state, database });
    await database.$client.end();
    imports = checked.imports;
    figures.push(taken);
    const { converted, failed, waiting } = checked.images;
    say(
      `round ${round}${kill ? `, killed (${restarted} imports started again)` : ''}: ${imports} imports, ${checked.products} products, images ${converted} converted, ${failed} given up, ${waiting} waiting; ${taken.rssMegabytes} MB RSS, ${taken.diskMegabytes} MB on disk, ${taken.connections} connections`,
    );
    if (checked.breaches.length > 0) {
      process.stdout.write(`${checked.breaches.join('\n')}\n`);
      throw new Error(
        `${checked.breaches.length} breaches in round ${round}; --seed ${seed} drops the same files again`,
      );
    }
  }
  const range = (name: keyof Figures) => {
    const values = figures.map((one) => one[name]);
    return [values[0] ?? 0, Math.max(...values), values.at(-1) ?? 0] as const;
  };
  process.stdout.write(
    `${countsTable([
      ['rounds', figures.length],
      ['kills', kills],
      ['imports', imports],
      ...(['rssMegabytes', 'diskMegabytes', 'connections'] as const).flatMap((name): [string, number][] => {
        const [first, most, last] = range(name);
        return [
          [`${name}, first round`, first],
          [`${name}, at most`, most],
          [`${name}, last round`, last],
        ];
      }),
    ])}\nEvery invariant held.\n`,
  );
}

await runCommand(command);
