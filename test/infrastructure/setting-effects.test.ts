import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, expect, it } from 'vitest';
import { defaultSettings, type Settings } from '../../infrastructure/settings/settings.ts';
import { withoutHash } from '../support/grants.ts';
import { synthesizedTemplate } from '../support/template.ts';

let before: Map<string, string>;
beforeAll(async () => {
  before = leaves(await synthesizedTemplate());
});

const { images, database, sweep, retention, conversion } = defaultSettings;

/** A changed setting, and every property that differs for it: `resource.property`, or an alarm that follows. */
const effects: [string, Partial<Settings>, string[]][] = [
  [
    'how many hosts of an import are asked at once',
    { images: { ...images, hostsAtOnce: 10 } },
    ['WorkflowProductImport.DefinitionString'],
  ],
  [
    'how many images a batch has',
    { images: { ...images, batchSize: 20 } },
    [
      'FunctionsTakeImages.Environment.Variables.IMAGES_PER_BATCH',
      'FunctionsSweepImages.Environment.Variables.IMAGES_PER_BATCH',
    ],
  ],
  [
    'how fast a host may be asked',
    { images: { ...images, mostPerHost: 32 } },
    [
      'FunctionsTakeImages.Environment.Variables.MOST_LANES_PER_HOST',
      'FunctionsSweepImages.Environment.Variables.MOST_LANES_PER_HOST',
    ],
  ],
  [
    'how many may write products',
    { database: { ...database, mostWriters: 20 } },
    [
      'FunctionsWriteProducts.ReservedConcurrentExecutions',
      'FunctionsAdmitWriters.Environment.Variables.MOST_WRITERS',
      'FunctionsMigrate.Environment.Variables.CONNECTION_LIMIT',
    ],
  ],
  [
    'how much of the account convert-image takes',
    { images: { ...images, reservedConcurrency: 800 } },
    ['FunctionsConvertImage.ReservedConcurrentExecutions'],
  ],
  [
    'how often is swept',
    { sweep: { ...sweep, everyHours: 6 } },
    [
      'SweepEveryTwoHours.ScheduleExpression',
      'SweepSweepImages.DefinitionString',
      'ObservabilityAlarmsSweepNotRun',
      'ObservabilityAlarmsOldestWaitingImage',
    ],
  ],
  [
    'how fast the queue drains',
    { sweep: { ...sweep, queueConcurrency: 5 } },
    [
      'FunctionsConvertQueued.ReservedConcurrentExecutions',
      'FunctionsSweepImages.Environment.Variables.MOST_QUEUE_LANES',
      'SweepImageQueueMapping.ScalingConfig.MaximumConcurrency',
    ],
  ],
  [
    'how large images are',
    { conversion: { ...conversion, renditions: { large: { side: 1200, quality: 80 } } } },
    ['FunctionsConvertImage.Environment.Variables.CONVERSION_SETTINGS'],
  ],
  [
    'which instance runs',
    { database: { ...database, instanceType: 'r8g.large', multiAz: false } },
    ['DatabaseInstance.DBInstanceClass', 'DatabaseInstance.MultiAZ', 'ObservabilityAlarmsDatabaseConnections'],
  ],
  [
    'how long reports are kept',
    { retention: { ...retention, reportDays: 90 } },
    ['StorageReports.LifecycleConfiguration.Rules.0.ExpirationInDays'],
  ],
];

it.each(effects)('%s is changed by its setting, and nothing else with it', async (_title, change, expected) => {
  const after = leaves(await synthesizedTemplate({ ...defaultSettings, ...change }));
  const differing = [...new Set([...before.keys(), ...after.keys()])].filter(
    (path) => before.get(path) !== after.get(path),
  );
  expect(new Set(differing.map((path) => path.replace(/^(Observability\w+|\w+\.DefinitionString)\..*/, '$1')))).toEqual(
    new Set(expected),
  );
});

/** Every value of the template by its path; hashes of functions' versions, which follow from the functions, are left out. */
function leaves(template: Template): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (value: unknown, path: string) => {
    if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) visit(item, `${path}.${key}`);
    } else found.set(path, String(value).replace(/CurrentVersion\w+/, 'CurrentVersion'));
  };
  for (const [id, { Type, Properties }] of Object.entries(template.toJSON().Resources as Record<string, Resource>)) {
    if (Type !== 'AWS::CloudWatch::Dashboard') visit(Properties, withoutHash(id));
  }
  return found;
}
type Resource = { Type: string; Properties?: unknown };
