import Table from 'cli-table3';
import type { Capacity } from './capacity.ts';
import { type CostLine, daysPerMonth, total } from './cost.ts';
import { prices } from './prices.ts';
import { quotas } from './quotas.ts';

/** A line above, below and beneath the head, none between rows. */
const plain = {
  style: { head: [], border: [] },
  chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
};

/** The whole answer as tables for a terminal. */
export function capacityReport(capacity: Capacity): string {
  const { scenario, halving } = capacity;
  const images = scenario.imports * scenario.products * scenario.imagesPerProduct;
  return [
    `${number(scenario.imports)} import${scenario.imports === 1 ? '' : 's'} of ${number(scenario.products)} products, ${number(images)} images on ${number(scenario.hosts)} hosts, at most ${scenario.hostLimit} at once from each, ${scenario.imageSeconds} s an image`,
    summaryTable(capacity),
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

/** `6.9 minutes, $2.62: within the target of 10 minutes and $3.` */
export function verdict(capacity: Capacity, target: { seconds: number; dollars: number }): string {
  const met = capacity.seconds <= target.seconds && capacity.dollarsPerRun <= target.dollars;
  return `${duration(capacity.seconds)}, ${dollars(capacity.dollarsPerRun)}: ${met ? 'within' : 'NOT within'} the target of ${target.seconds / 60} minutes and $${target.dollars}. ${decisive(capacity)}`;
}

/** Waiting for something does not say that more of it would help: what decides is what changes the time. */
function decisive({ levers, seconds }: Capacity): string {
  const [best] = levers;
  if (best === undefined || best.seconds > seconds * 0.98) return 'No single setting would shorten it.';
  return `What limits it first: ${best.name}.`;
}

function summaryTable({ seconds, phases, simulation, dollarsPerRun, dollarsPerMonth, scenario }: Capacity): string {
  const { functions, express, rowsWritten, converted, left, rounds } = simulation;
  const table = new Table({ ...plain, colAligns: ['left', 'right'] });
  const connections =
    functions.recordImages.environments + functions.writeProducts.environments + functions.statements.environments;
  table.push(
    ['wall time, drop to summary', duration(seconds)],
    ...Object.entries(phases).map(([phase, time]) => [`  ${phase}`, duration(time)]),
    ['rounds of "Convert images"', number(rounds.count)],
    ['images converted a second, mean of convert', (converted.total / Math.max(phases.convert, 1)).toFixed(0)],
    ['images left for a sweep', number(left.images)],
    [
      'convert-image at once, mean of convert',
      number(Math.round(functions.convertImage.billedSeconds / Math.max(phases.convert, 1))),
    ],
    ['convert-image at once, peak', number(functions.convertImage.peak)],
    [
      'throttled invocations of convert-image, record-images',
      `${functions.convertImage.throttles}, ${functions.recordImages.throttles}`,
    ],
    ['longest child, of 300 s', duration(express.longestSeconds)],
    ['database connections, peak', number(connections)],
    ['rows written a second, peak', number(Math.round(rowsWritten.peak))],
    [scenario.imports === 1 ? 'cost of the import' : 'cost of the imports', dollars(dollarsPerRun)],
    [`cost of a month with ${scenario.importsPerDay * scenario.imports} such imports a day`, dollars(dollarsPerMonth)],
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

function leversTitle({ seconds, dollarsPerRun }: Capacity): string {
  return `What raising one of them would do, from ${duration(seconds)} and ${dollars(dollarsPerRun)}:`;
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

const number = (value: number) => value.toLocaleString('en-US');
const dollars = (value: number) => `$${value.toFixed(2)}`;
/** `12.3 s`, `6.9 min` */
const duration = (seconds: number) => (seconds < 100 ? `${seconds.toFixed(1)} s` : `${(seconds / 60).toFixed(1)} min`);
