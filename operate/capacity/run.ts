import { Command, Option } from 'commander';
import { environments } from '../../infrastructure/settings/environments.ts';
import { readSettings } from '../../infrastructure/settings/read-settings.ts';
import type { Settings } from '../../infrastructure/settings/settings.ts';
import { answerTable, measureAnswers } from './answer.ts';
import { isComplete, measureCapacity } from './capacity.ts';
import { capacityReport } from './report.ts';
import { hostKinds, type Scenario, scenarioSchema } from './scenario.ts';

const defaults = scenarioSchema.parse({});
const command = new Command('npm run capacity --')
  .description(
    'Simulates imports with the deployment’s settings, AWS’s quotas and prices: time, cost, what limits first, what to raise.',
  )
  .option('--products <n>', 'products in each spreadsheet', Number, defaults.products)
  .option('--images-per-product <n>', 'images of each product', Number, defaults.imagesPerProduct)
  .option('--imports <n>', 'spreadsheets, each of its own supplier', Number, defaults.imports)
  .option('--over-hours <n>', 'hours over which they are dropped, evenly', Number, defaults.overHours)
  .option('--converted', 'their images are converted already: only products are written')
  .option('--due <n>', 'images that are due at the start, for the sweeps', Number, defaults.due)
  .option('--hosts <n>', 'image servers over all imports', Number, defaults.hosts)
  .addOption(new Option('--host-kind <kind>', 'what the servers are').choices(hostKinds).default(defaults.hostKind))
  .option('--max-concurrency <n>', 'requests at once that suppliers allow to one host', Number)
  .option(
    '--image-seconds <s>',
    'mean of one image on one vCPU: download, conversion, upload',
    Number,
    defaults.imageSeconds,
  )
  .option('--network-share <n>', 'share of it that waits for the network, 0 to 1', Number, defaults.networkShare)
  .option('--spread <n>', 'sigma of the log-normal distribution of the image seconds', Number, defaults.spread)
  .option('--imports-per-day <n>', 'such runs a day, for the cost of a month', Number, defaults.importsPerDay)
  .option('--seed <n>', 'seed of the simulation', Number, defaults.seed)
  .option('--settings <file>', 'JSON file with settings, as for npm run deploy')
  .option('--environment <name>', Object.keys(environments).join(' or '))
  .option('--answer', 'the figures that the design is held to, each with what is wanted; takes --settings and --seed')
  .option('--json', 'print one JSON object instead of tables')
  .action((options: Record<string, unknown>) => {
    const { settings: file, environment, answer, json, ...given } = options;
    const { settings } = readSettings({
      ...(file !== undefined && { settings: file }),
      ...(environment !== undefined && { environment }),
    });
    const scenario = parseScenario(given);
    const { printed, table, complete } = answer ? answerTo(scenario, settings) : capacityOf(scenario, settings);
    process.stdout.write(`${json ? JSON.stringify(printed) : table}\n`);
    // What was left or failed is said above.
    if (!complete) process.exitCode = 1;
  });

type Printed = { printed: unknown; table: string; complete: boolean };

function answerTo({ seed }: Scenario, settings: Settings): Printed {
  const answers = measureAnswers(settings, seed);
  return { printed: answers, table: answerTable(answers), complete: isComplete(answers) };
}

function capacityOf(scenario: Scenario, settings: Settings): Printed {
  const capacity = measureCapacity(scenario, settings);
  const { simulation: _, ...printed } = capacity;
  return { printed, table: capacityReport(capacity), complete: isComplete(capacity) };
}

/** Throws one line that names the option where a number is out of range. */
function parseScenario(given: Record<string, unknown>): Scenario {
  const parsed = scenarioSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const option = String(issue?.path[0]).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new Error(`--${option}: ${issue?.message}`);
}

try {
  await command.parseAsync();
} catch (error) {
  process.stderr.write(`error: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
