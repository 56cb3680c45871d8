import { PgDialect } from 'drizzle-orm/pg-core';
import { describe, expect, it } from 'vitest';
import { claimExpires } from '../../functions/sweep-images/claim-due-images.ts';
import { checkSettings, queueClaimHours } from '../../infrastructure/settings/check-settings.ts';
import { reservedConcurrency, roleConnectionLimit } from '../../infrastructure/settings/concurrency.ts';
import { environments } from '../../infrastructure/settings/environments.ts';
import { maxConnections } from '../../infrastructure/settings/max-connections.ts';
import { readSettings } from '../../infrastructure/settings/read-settings.ts';
import { defaultSettings, type Settings, settingsSchema } from '../../infrastructure/settings/settings.ts';

const vpc = {
  vpcId: 'vpc-1',
  availabilityZones: ['us-east-1a', 'us-east-1b'],
  isolatedSubnetIds: ['subnet-1', 'subnet-2'],
  isolatedSubnetRouteTableIds: ['rtb-1', 'rtb-2'],
  endpoints: [],
};
const instance = {
  instanceIdentifier: 'platform',
  endpointAddress: 'platform.example',
  port: 5432,
  securityGroupId: 'sg-1',
  ownerSecretArn: 'arn:aws:secretsmanager:us-east-1:1:secret:owner-AbCdEf',
  applicationSecretArn: 'arn:aws:secretsmanager:us-east-1:1:secret:application-AbCdEf',
  secretKeyArns: [],
};

type Change = { [Section in keyof Settings]?: Partial<Settings[Section]> };
function changed(change: Change): Settings {
  const sections = Object.entries(change).map(([name, values]) => [
    name,
    { ...defaultSettings[name as keyof Settings], ...values },
  ]);
  return { ...defaultSettings, ...Object.fromEntries(sections) };
}

describe('settings fit together', () => {
  it.each(Object.keys(environments))('in the %s environment', (environment) => {
    expect(checkSettings(readSettings({ environment }).settings)).toEqual([]);
  });

  it.each<[string, Change, RegExp]>([
    [
      'an image that outlasts its Lambda',
      { images: { timeoutSeconds: 54 } },
      /^One image takes up to 55 s .+ is 54: raise/,
    ],
    [
      'a batch that outlasts its Express execution',
      { images: { timeoutSeconds: 119 } },
      /^A batch of images takes up to \d+ s, an Express execution ends after 300 s: lower images.timeoutSeconds$/,
    ],
    [
      'a write that outlasts its Express execution',
      { database: { recordTimeoutSeconds: 150 } },
      /^A batch of images takes/,
    ],
    ['a batch too large for a payload', { images: { batchSize: 72 } }, /^A batch of 72 images takes .+ at most 262144/],
    [
      'more images at once than Lambdas are reserved',
      { images: { mostLanes: 421 } },
      /^421 images are converted at once .+ is 420/,
    ],
    [
      'more reserved than the account has',
      { account: { concurrentExecutions: 600 } },
      /^540 concurrent executions are reserved, account.concurrentExecutions allows 500/,
    ],
    [
      'more at once than an account without reservations has',
      { account: { concurrentExecutions: 450, reserveConcurrency: false } },
      /^452 functions run at once at the busiest, account.concurrentExecutions is 450: lower/,
    ],
    [
      'a message that is shown to a second consumer',
      { sweep: { visibilityTimeoutSeconds: 1859 } },
      /^sweep.visibilityTimeoutSeconds is 1859, .+: raise it to 1860$/,
    ],
    [
      'a message that outlives the claim of its images',
      { sweep: { maxReceiveCount: 6 } },
      /^A message may be in the queue for 3.1 hours .+: lower sweep.maxReceiveCount$/,
    ],
    [
      'an instance whose alarm the functions would raise',
      { database: { instanceType: 't4g.micro' } },
      /^The functions take up to 130 connections, more than 76 raise the alarm of a db.t4g.micro: choose/,
    ],
    [
      'an instance that is not Graviton',
      { database: { instanceType: 'm6i.large' } },
      /^database.instanceType m6i.large/,
    ],
    [
      'a database without its VPC',
      { database: { existing: instance } },
      /^database.existing is set and network.existing/,
    ],
    [
      'subnets that do not match their zones',
      { network: { existing: { ...vpc, isolatedSubnetIds: ['subnet-1', 'subnet-2', 'subnet-3'] } } },
      /^network.existing lists 3 subnets for 2 availability zones/,
    ],
    ['a CDN name without a certificate', { images: { domainName: 'images.example' } }, /^images.domainName and/],
  ])('or say what to change: %s', (_title, change, message) => {
    expect(checkSettings(changed(change))).toEqual([expect.stringMatching(message)]);
  });

  it('and an existing database is left to its owner', () => {
    const existing = changed({ network: { existing: vpc }, database: { existing: instance, instanceType: 'unused' } });
    expect(checkSettings(existing)).toEqual([]);
  });

  it('with all that schema allows alone checked together', () => {
    // The rest of a common account's 1,000 is its other workloads'.
    expect(reservedConcurrency(defaultSettings)).toBeLessThanOrEqual(550);
    expect(roleConnectionLimit(defaultSettings)).toBe(130);
    expect(settingsSchema.parse(defaultSettings)).toEqual(defaultSettings);
  });
});

describe('what the checks take from the functions', () => {
  it('is how long a sweep believes its claim', () => {
    expect(new PgDialect().sqlToQuery(claimExpires).sql).toBe(`interval '${queueClaimHours} hours'`);
  });
});

it.each([
  ['t4g.small', 191],
  ['m8g.large', 766],
  ['r8g.xlarge', 3064],
  ['m8g.16xlarge', 5000],
  ['m5.large', null],
  ['large', null],
])('an instance of class %s takes about %s connections', (instanceType, connections) => {
  expect(maxConnections(instanceType)).toBe(connections);
});
