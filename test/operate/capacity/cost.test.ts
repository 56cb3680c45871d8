import { expect, it } from 'vitest';
import { defaultSettings, type Settings, settingsSchema } from '../../../infrastructure/settings/settings.ts';
import { alarmMetrics, customMetrics, monthlyCosts } from '../../../operate/capacity/cost.ts';
import { scenarioSchema } from '../../../operate/capacity/scenario.ts';
import { simulate } from '../../../operate/capacity/simulation/simulate.ts';
import { alarmsOf, dashboardMetrics } from '../../support/observed-metrics.ts';
import { synthesizedTemplate } from '../../support/template.ts';

const monthly = (settings: Settings, scenario: object = {}) =>
  new Map(
    monthlyCosts(simulate(scenarioSchema.parse({ products: 50, ...scenario }), settings)).map(({ what, dollars }) => [
      what,
      dollars,
    ]),
  );

const existing = settingsSchema.parse({
  network: {
    existing: {
      vpcId: 'vpc-0123456789abcdef0',
      availabilityZones: ['a', 'b', 'c'],
      isolatedSubnetIds: ['subnet-0123456789abcdef1', 'subnet-0123456789abcdef2', 'subnet-0123456789abcdef3'],
      isolatedSubnetRouteTableIds: ['rtb-0123456789abcdef1', 'rtb-0123456789abcdef2', 'rtb-0123456789abcdef3'],
      endpoints: ['s3', 'sqs'],
    },
  },
  database: {
    existing: {
      instanceIdentifier: 'platform',
      endpointAddress: 'platform.example',
      securityGroupId: 'sg-0123456789abcdef0',
      ownerSecretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:owner-AbCdEf',
      applicationSecretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:application-AbCdEf',
    },
  },
});

it.each([
  ['an instance of its own', defaultSettings],
  ['an existing instance', existing],
])('counts the metrics that the alarms of a deployment with %s have', async (_title, settings) => {
  const alarms = [...alarmsOf(await synthesizedTemplate(settings)).values()];
  expect(alarmMetrics(settings)).toBe(alarms.flatMap(({ metrics }) => metrics).length);
});

it('counts at least as many custom metrics as the dashboard shows', async () => {
  const shown = dashboardMetrics(await synthesizedTemplate()).filter(({ namespace }) => namespace === 'SupplierImport');
  expect(customMetrics).toBeGreaterThan(new Set(shown.map(({ name }) => name)).size);
});

it('counts what is paid each month whether or not anything is imported', () => {
  expect([...monthly(defaultSettings).keys()]).toEqual([
    'RDS m8g.large, 2 × instance',
    'gp3, 2 × 400 GiB',
    'interface endpoints',
    'S3 storage of renditions, after a year',
    `custom metrics, up to ${customMetrics}`,
    'alarms',
    'dashboard',
    'key of the mail topics',
    'secrets',
    'SQS polling of an empty queue',
  ]);
});

it('leaves to their owners the database and the endpoints that were there already', () => {
  const costs = monthly(existing);
  expect([...costs.keys()].filter((what) => /RDS|gp3|secrets/.test(what))).toEqual([]);
  // One interface endpoint in three zones: S3's is a gateway, which is free.
  expect(costs.get('interface endpoints')).toBeCloseTo(3 * 0.01 * 730);
});

it('counts a year of images, which nobody deletes', () => {
  const once = monthly(defaultSettings, { importsPerDay: 1 }).get('S3 storage of renditions, after a year') ?? 0;
  expect(once).toBeCloseTo(((50 * 10 * 150 * 30.4) / 1e6) * 12 * 0.023);
});
