import { metricDefinitions } from '../../functions/shared/metrics/metric-definitions.ts';
import type { Settings } from '../../infrastructure/settings/settings.ts';
import { instanceHour, prices } from './prices.ts';
import { assumptions } from './scenario.ts';
import type { LambdaFunction } from './simulation/lambda-function.ts';
import type { Simulation } from './simulation/simulate.ts';

/** `unsure` where a price in it was not confirmed. */
export type CostLine = { what: string; dollars: number; unsure: boolean };

const hoursPerMonth = 730;
export const daysPerMonth = 30.4;
const secrets = 2;

/** A metric is paid once for each value that its dimension has had in the month, and once without it. */
export const customMetrics = Object.values(metricDefinitions).reduce(
  (sum, definition) => sum + 1 + ('values' in definition ? definition.values.length : 0),
  0,
);

/** Metrics of infrastructure/observability's alarms; three are about an instance of our own. */
export function alarmMetrics({ database }: Settings): number {
  return database.existing === null ? 16 : 12;
}

/** Of all imports of the scenario, without what is paid whether or not they run. */
export function importCosts({
  functions,
  express,
  puts,
  takes,
  transitions,
  scenario,
  sweeps,
}: Simulation): CostLine[] {
  const { 'convert-image': convertImage, ...others } = functions;
  const invocations = Object.values(functions).reduce((total, { invocations }) => total + invocations, 0);
  const expressGigabyteSeconds = (express.billedSeconds * assumptions.expressMegabytes) / 1024;
  // Work files and reports: of a chunk, of a Take and its results, and a dozen more for each import.
  const files =
    scenario.imports * (12 + 2 * Math.ceil(scenario.products / assumptions.productsPerChunk)) + 5 * takes.count;
  return [
    line('Lambda convert-image', lambdaCost(convertImage)),
    line(
      'Lambda, other functions',
      Object.values(others).reduce((total, other) => total + lambdaCost(other), 0),
    ),
    line('Step Functions Standard', transitions.total * prices.standardTransition.dollars),
    line(
      'Step Functions Express',
      express.children * prices.expressRequest.dollars + expressGigabyteSeconds * prices.expressGigabyteSecond.dollars,
    ),
    line('SQS', 3 * sweeps.messages * prices.sqsRequest.dollars),
    line('S3 PUT', (puts.total + files) * prices.s3Put.dollars, true),
    // convert-image looks whether the host is on hold.
    line('S3 GET', convertImage.invocations * prices.s3Get.dollars, true),
    line('logs', ((invocations * assumptions.logBytesPerInvocation) / 1e9) * prices.logGigabyte.dollars, true),
  ];
}

/** Paid each month beside the runs; a database or network that was there already is not ours to pay. */
export function monthlyCosts({ settings, scenario, images }: Simulation): CostLine[] {
  const { database, network } = settings;
  const zones = database.multiAz ? 2 : 1;
  const instance = instanceHour(database.instanceType).dollars * hoursPerMonth * zones;
  const storage = database.storageGigabytes * prices.databaseGigabyteMonth.dollars * zones;
  const gigabytes = (images.converted * assumptions.renditionKilobytes * scenario.importsPerDay * daysPerMonth) / 1e6;
  const endpoints = endpointZones(network) * prices.endpointHour.dollars * hoursPerMonth;
  return [
    ...(database.existing ? [] : [line(`RDS ${database.instanceType}, ${zones} × instance`, instance, true)]),
    ...(database.existing ? [] : [line(`gp3, ${zones} × ${database.storageGigabytes} GiB`, storage, true)]),
    ...(endpoints > 0 ? [line('interface endpoints', endpoints, true)] : []),
    line('S3 storage of renditions, after a year', 12 * gigabytes * prices.s3GigabyteMonth.dollars, true),
    line(`custom metrics, up to ${customMetrics}`, customMetrics * prices.metricMonth.dollars, true),
    line('alarms', alarmMetrics(settings) * prices.alarmMetricMonth.dollars, true),
    line('dashboard', prices.dashboardMonth.dollars, true),
    line('key of the mail topics', prices.keyMonth.dollars, true),
    ...(database.existing ? [] : [line('secrets', secrets * prices.secretMonth.dollars, true)]),
    line('SQS polling of an empty queue', emptyPolls * prices.sqsRequest.dollars, true),
  ];
}

/** Interface endpoints times their zones: in a VPC of our own those of Secrets Manager and SQS in two. S3's gateway is free. */
function endpointZones({ existing }: Settings['network']): number {
  if (existing === null) return 2 * 2;
  return existing.endpoints.filter((service) => service !== 's3').length * existing.availabilityZones.length;
}

/** Lambda's five pollers long-poll for 20 s each. */
const emptyPolls = (5 * hoursPerMonth * 3600) / 20;

export function total(lines: readonly CostLine[]): number {
  return lines.reduce((sum, { dollars }) => sum + dollars, 0);
}

function line(what: string, dollars: number, unsure = false): CostLine {
  return { what, dollars, unsure };
}

function lambdaCost({ billedSeconds, invocations, options }: LambdaFunction): number {
  const gigabyteSeconds = (billedSeconds * options.memoryMegabytes) / 1024;
  return gigabyteSeconds * prices.lambdaGigabyteSecond.dollars + invocations * prices.lambdaRequest.dollars;
}
