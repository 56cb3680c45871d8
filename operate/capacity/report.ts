import Table from 'cli-table3';
import { type Capacity, isComplete } from './capacity.ts';
import { type CostLine, daysPerMonth, total } from './cost.ts';
import { prices } from './prices.ts';
import { quotas } from './quotas.ts';
import type { Scenario } from './scenario.ts';
import { hostNames } from './simulation/image-hosts.ts';

/** A line above, below and beneath the head, none between rows. */
export const plain = {
  style: { head: [], border: [] },
  chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
};

/** The whole answer as tables for a terminal. */
export function capacityReport(capacity: Capacity): string {
  const { scenario, halving } = capacity;
  return [
    `${described(scenario)} on ${number(scenario.hosts)} ${scenario.hosts === 1 ? 'host' : 'hosts'} (${hostNames[scenario.hostKind]}), ${scenario.imageSeconds} s an image`,
    summaryTable(capacity),
    leftover(capacity),
    `Limits, the one waited for longest first; quotas of ${quotas.asOf}:`,
    limitsTable(capacity),
    leversTitle(capacity),
    leversTable(capacity),
    decisive(capacity),
    ...(halving.reached
      ? [
          `To halve it: ${halving.steps.map(({ name, change }) => `${name} ${change}`).join(', then ')}: ${duration(halving.seconds)} and ${dollars(halving.dollars)}.`,
        ]
      : [`No setting halves it: the best found is ${duration(halving.seconds)} for ${dollars(halving.dollars)}.`]),
    `Dollars, ${prices.region}, prices of ${prices.asOf}; (?): not confirmed:`,
    costTable(capacity),
  ].join('\n');
}

/** `1 import of 8,000 products, 80,000 images` */
function described({ imports, products, imagesPerProduct, due, overHours }: Scenario): string {
  const dropped = `${number(imports)} import${imports === 1 ? '' : 's'} of ${number(products)} products, ${number(imports * products * imagesPerProduct)} images`;
  const over = overHours > 0 ? ` over ${overHours} hours` : '';
  return [...(imports > 0 ? [dropped + over] : []), ...(due > 0 ? [`${number(due)} due images`] : [])].join(' and ');
}

/** What was left or failed: never silent. */
export function leftover({ failedImports, left }: Pick<Capacity, 'failedImports' | 'left'>): string {
  if (isComplete({ failedImports, left })) return 'Nothing failed and nothing was left.';
  return `NOT DONE: ${number(failedImports)} failed imports, ${number(left.images)} images and ${number(left.chunks)} chunks of products left.`;
}

/** Waiting for something does not say that more of it would help: what decides is what changes the time. */
function decisive({ levers, seconds }: Capacity): string {
  const [best] = levers;
  if (best === undefined || best.seconds > seconds * 0.98) return 'No single setting would shorten it.';
  return `What limits it first: ${best.name}.`;
}

function summaryTable({
  seconds,
  sweptSeconds,
  phases,
  simulation,
  dollars: cost,
  dollarsPerMonth,
  scenario,
}: Capacity): string {
  const { functions, express, rowsWritten, images, left, takes, sweeps } = simulation;
  const { 'convert-image': convertImage, 'record-images': recordImages } = functions;
  const hosts = [...simulation.hosts.values()];
  const sum = (of: 'requests' | 'refused') => hosts.reduce((total, host) => total + host[of], 0);
  const table = new Table({ ...plain, colAligns: ['left', 'right'] });
  table.push(
    ['wall time, drop to last summary', duration(seconds)],
    ...Object.entries(phases).map(([phase, time]) => [`  ${phase}, longest`, duration(time)]),
    ...(sweptSeconds > seconds ? [['until sweeps had converted the rest', duration(sweptSeconds)]] : []),
    ['failed imports', number(simulation.failedImports)],
    ['images converted, by sweeps, left', [images.converted, sweeps.images, left.images].map(number).join(', ')],
    ['chunks of products left', number(left.chunks)],
    ['images a second, mean of convert', (images.converted / Math.max(phases.convert, 1)).toFixed(0)],
    ['requests refused', percent(sum('refused') / Math.max(1, sum('requests')))],
    [
      'Takes; their lanes idle',
      `${number(takes.count)}; ${percent(takes.idleSeconds / Math.max(1, takes.laneSeconds))}`,
    ],
    [
      'convert-image at once: mean of convert, peak',
      [Math.round(convertImage.billedSeconds / Math.max(phases.convert, 1)), convertImage.peak].map(number).join(', '),
    ],
    [
      'throttled invocations of convert-image, record-images',
      `${number(convertImage.throttles)}, ${number(recordImages.throttles)}`,
    ],
    [`longest batch, of ${quotas.stepFunctions.expressSeconds} s`, duration(express.longestSeconds)],
    ['rows written a second, peak', number(Math.round(rowsWritten.peak))],
    [scenario.imports === 1 ? 'cost of the import' : 'cost of the run', dollars(cost)],
    [`cost of a month with ${number(scenario.importsPerDay)} such runs a day`, dollars(dollarsPerMonth)],
  );
  return table.toString();
}

function limitsTable({ limits }: Capacity): string {
  const table = new Table({
    ...plain,
    head: ['limit', 'peak', 'allowed', 'by', 'waited for'],
    colAligns: ['left', 'right', 'right', 'left', 'right'],
  });
  for (const { name, peak, allowed, source, saturatedSeconds } of limits) {
    table.push([
      name,
      number(Math.round(peak)),
      allowed === null ? '?' : number(allowed),
      source,
      saturatedSeconds === null ? '' : duration(saturatedSeconds),
    ]);
  }
  return table.toString();
}

function leversTitle({ seconds, dollars: cost }: Capacity): string {
  return `What raising one of them would do, from ${duration(seconds)} and ${dollars(cost)}:`;
}

function leversTable({ levers }: Capacity): string {
  const table = new Table({
    ...plain,
    head: ['setting', 'change', 'time', 'cost'],
    colAligns: ['left', 'left', 'right', 'right'],
  });
  for (const lever of levers) table.push([lever.name, lever.change, duration(lever.seconds), dollars(lever.dollars)]);
  return table.toString();
}

function costTable({ importCosts, monthlyCosts, scenario }: Capacity): string {
  const runs = scenario.importsPerDay * daysPerMonth;
  const table = new Table({ ...plain, head: ['', 'a run', 'a month'], colAligns: ['left', 'right', 'right'] });
  const mark = ({ unsure }: CostLine) => (unsure ? ' (?)' : '');
  for (const line of importCosts)
    table.push([line.what + mark(line), dollars(line.dollars), dollars(line.dollars * runs)]);
  for (const line of monthlyCosts) table.push([line.what + mark(line), '', dollars(line.dollars)]);
  table.push(['together', dollars(total(importCosts)), dollars(total(importCosts) * runs + total(monthlyCosts))]);
  return table.toString();
}

export const number = (value: number) => value.toLocaleString('en-US');
export const dollars = (value: number) => `$${value.toFixed(2)}`;
/** `12.3 s`, `6.9 min` */
export const duration = (seconds: number) =>
  seconds < 100 ? `${seconds.toFixed(1)} s` : `${(seconds / 60).toFixed(1)} min`;
export const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
