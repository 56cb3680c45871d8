import { Command } from 'commander';
import { environments } from '../../infrastructure/settings/environments.ts';
import { readSettings } from '../../infrastructure/settings/read-settings.ts';
import { type Capacity, measureCapacity } from './capacity.ts';
import { capacityReport, verdict } from './report.ts';
import { type Scenario, scenarioSchema } from './scenario.ts';

/** Of issue 5: what the predecessor needed four to five hours for. */
const target = { seconds: 600, dollars: 3 };
const question = '100,000 images from 20 suppliers’ hosts';
/** As one import, and as one of each supplier at once. */
const answers = [
  { products: 10_000, imagesPerProduct: 10, imports: 1, hosts: 20 },
  { products: 500, imagesPerProduct: 10, imports: 20, hosts: 20 },
];

const defaults = scenarioSchema.parse({});
const command = new Command('npm run capacity --')
  .description(
    'Simulates imports with the deployment’s settings, AWS’s quotas and prices: time, cost, what limits first, what to raise.',
  )
  .option('--products <n>', 'products in each spreadsheet', Number, defaults.products)
  .option('--images-per-product <n>', 'images of each product', Number, defaults.imagesPerProduct)
  .option('--imports <n>', 'spreadsheets dropped at once, each of its own supplier', Number, defaults.imports)
  .option('--hosts <n>', 'image servers over all imports', Number, defaults.hosts)
  .option('--host-limit <n>', 'images of one host fetched at once', Number, defaults.hostLimit)
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
  .option(
    '--answer',
    `${question} in how many minutes and dollars; --products, --images-per-product, --imports and --hosts are as the question says`,
  )
  .option('--json', 'print one JSON object instead of tables')
  .action((options: Record<string, unknown>) => {
    const { settings: file, environment, answer, json, ...given } = options;
    const { settings } = readSettings({
      ...(file !== undefined && { settings: file }),
      ...(environment !== undefined && { environment }),
    });
    const scenarios = (answer ? answers : [{}]).map((fixed) => parseScenario({ ...given, ...fixed }));
    const capacities = scenarios.map((scenario) => measureCapacity(scenario, settings));
    if (json) {
      const printed = capacities.map(({ simulation: _, ...capacity }) => capacity);
      process.stdout.write(`${JSON.stringify(answer ? { target, answers: printed } : printed[0])}\n`);
      return;
    }
    process.stdout.write(`${capacities.map((capacity) => printCapacity(capacity, answer === true)).join('\n\n')}\n`);
  });

function printCapacity(capacity: Capacity, answer: boolean): string {
  const report = capacityReport(capacity);
  return answer ? `${report}\n${question}: ${verdict(capacity, target)}` : report;
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
