import { readFile } from 'node:fs/promises';
import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { metricDefinitions } from '../../functions/shared/metrics/metric-definitions.ts';
import { runbookAnchor } from '../../infrastructure/observability/alarms.ts';
import { settingsSchema } from '../../infrastructure/settings/settings.ts';
import {
  alarmsOf,
  dashboardMetrics,
  logicalIdsIn,
  type NamedMetric,
  type TemplateAlarm,
} from '../support/observed-metrics.ts';
import { synthesizedTemplate } from '../support/template.ts';

let template: Template;
let alarms: Map<string, TemplateAlarm>;
let runbook: string;
beforeAll(async () => {
  template = await synthesizedTemplate();
  alarms = alarmsOf(template);
  runbook = await readFile('RUNBOOK.md', 'utf8');
});

const stack = (observability: Record<string, unknown>, other: Record<string, unknown> = {}) =>
  synthesizedTemplate(settingsSchema.parse({ observability, ...other }));
/** The entries below "## Alarms", by heading. */
function runbookEntries(): Map<string, string> {
  const [, chapter = ''] = runbook.split(/^## Alarms$/m);
  const [section = ''] = chapter.split(/^## /m);
  const entries = section.split(/^### /m).slice(1);
  return new Map(entries.map((entry) => [entry.slice(0, entry.indexOf('\n')), entry]));
}
const alarm = (id: string) => {
  const found = alarms.get(id);
  if (!found) throw new Error(`There is no alarm ${id}: ${[...alarms.keys()]}`);
  return found;
};

describe('every alarm', () => {
  it('is there', () => {
    expect([...alarms.keys()].sort()).toEqual([
      'ConservationBreach',
      'DatabaseConnections',
      'DatabaseCpu',
      'DatabaseIops',
      'DatabaseStorage',
      'EventDeadLetters',
      'ImageDeadLetters',
      'ImportsFailed',
      'OldestWaitingImage',
      'ScheduleDeadLetters',
      'SuppliersFailing',
      'SweepNotRun',
    ]);
  });

  it('tells somebody, through the encrypted topic', () => {
    const topics = Object.keys(template.findResources('AWS::SNS::Topic'));
    for (const { AlarmActions } of alarms.values()) expect(AlarmActions).toEqual([{ Ref: topics[0] }]);
    expect(topics).toHaveLength(1);
  });

  it('links to its own entry in the runbook, which has no entry without an alarm', () => {
    const links = [...alarms.values()].map(({ AlarmDescription }) => / RUNBOOK\.md(#\S+)$/.exec(AlarmDescription)?.[1]);
    expect(links.sort()).toEqual([...runbookEntries().keys()].map(runbookAnchor).sort());
    // GitHub numbers headings that are there twice, which breaks the link to the second.
    const headings = [...runbook.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => runbookAnchor(heading));
    for (const link of links) expect(headings.filter((heading) => heading === link)).toHaveLength(1);
  });

  it('has an entry that says what it is, where to look and what to do', () => {
    for (const entry of runbookEntries().values()) {
      for (const part of ['**Description.**', '**Investigation.**', '**Resolution.**']) expect(entry).toContain(part);
    }
  });

  it('looks back no further than CloudWatch evaluates', () => {
    for (const { EvaluationPeriods, metrics } of alarms.values()) {
      const period = Math.max(...metrics.map(({ period }) => period ?? 0));
      expect(period % 60).toBe(0);
      // A week for periods of an hour and more, a day for shorter ones.
      expect(EvaluationPeriods * period).toBeLessThanOrEqual(period >= 3600 ? 604_800 : 86_400);
    }
  });

  it('keeps quiet without data, but for the sweep, whose silence is the alarm', () => {
    for (const [id, { TreatMissingData }] of alarms) {
      expect(TreatMissingData).toBe(id === 'SweepNotRun' ? 'breaching' : 'notBreaching');
    }
  });
});

describe('an alarm or a widget', () => {
  const named = (): NamedMetric[] => [
    ...[...alarms.values()].flatMap(({ metrics }) => metrics),
    ...dashboardMetrics(template),
  ];
  const own = () => named().filter(({ namespace }) => namespace === 'SupplierImport');

  it('names a metric that the functions emit, with the dimensions they emit it with', () => {
    const definitions: Record<string, { unit: string; dimension?: string }> = metricDefinitions;
    expect(own().length).toBeGreaterThan(15);
    for (const { name, dimensions, searched } of own()) {
      expect(Object.keys(definitions)).toContain(name);
      const dimension = definitions[name]?.dimension;
      expect(Object.keys(dimensions)).toEqual(searched && dimension ? ['service', dimension] : ['service']);
    }
  });

  it('names the stack as the functions do', () => {
    const services = Object.entries(template.findResources('AWS::Lambda::Function'))
      .filter(([id]) => id.startsWith('Functions'))
      .map(([, { Properties }]) => Properties.Environment.Variables.POWERTOOLS_SERVICE_NAME);
    expect(new Set([...services, ...own().map(({ dimensions }) => dimensions.service)])).toEqual(
      new Set(['SupplierImport']),
    );
  });

  it('names resources of the template, of the kind that has the metric', () => {
    const types: Record<string, string> = {
      'AWS/States': 'AWS::StepFunctions::StateMachine',
      'AWS/Lambda': 'AWS::Lambda::Function',
      'AWS/SQS': 'AWS::SQS::Queue',
      'AWS/RDS': 'AWS::RDS::DBInstance',
    };
    const { Resources } = template.toJSON();
    for (const { namespace, name, dimensions } of named()) {
      if (namespace === 'SupplierImport') continue;
      const ids = Object.values(dimensions).flatMap(logicalIdsIn);
      expect(
        ids.map((id) => Resources[id]?.Type),
        `${namespace} ${name}`,
      ).toEqual([types[namespace]]);
    }
  });

  it('shows every metric that the functions emit', () => {
    expect(new Set(own().map(({ name }) => name))).toEqual(new Set(Object.keys(metricDefinitions)));
  });
});

describe('paging', () => {
  it('is for the system’s failures, never for refused files', () => {
    const names = [...alarms.values()].flatMap(({ metrics }) => metrics.map(({ name }) => name));
    expect(names).not.toContain('ImportsRefused');
    // Counts refused files as well.
    expect(names).not.toContain('ExecutionsFailed');
    expect(
      alarm('ImportsFailed')
        .metrics.map(({ name }) => name)
        .sort(),
    ).toEqual(['ExecutionsAborted', 'ExecutionsTimedOut', 'ImportsFailed']);
    expect(alarm('ImportsFailed')).toMatchObject({ Threshold: 1, EvaluationPeriods: 1 });
  });

  it.each([2, 6, 12])('waits for two schedules of %i hours without a sweep', async (everyHours) => {
    const changed = alarmsOf(await stack({}, { sweep: { everyHours } })).get('SweepNotRun');
    const period = changed?.metrics[0]?.period ?? 0;
    expect((changed?.EvaluationPeriods ?? 0) * period).toBe(2 * everyHours * 3600);
    expect(changed).toMatchObject({ ComparisonOperator: 'LessThanThreshold', Threshold: 1 });
  });

  it('allows an image to be overdue for six hours, or for what the settings say', async () => {
    expect(alarm('OldestWaitingImage')).toMatchObject({
      Threshold: 6 * 3600,
      ComparisonOperator: 'GreaterThanThreshold',
    });
    const changed = alarmsOf(await stack({ oldestWaitingHours: 12 })).get('OldestWaitingImage');
    expect(changed?.Threshold).toBe(12 * 3600);
  });

  it('knows the limits of the instance that the settings choose', async () => {
    expect(alarm('DatabaseIops').Threshold).toBe(9_600);
    const small = alarmsOf(await stack({}, { database: { instanceType: 't4g.medium', storageGigabytes: 100 } }));
    expect(small.get('DatabaseIops')?.Threshold).toBe(2_400);
    expect(small.get('DatabaseStorage')?.Threshold).toBe(5 * 1024 ** 3);
    const connections = (from: typeof alarms) => from.get('DatabaseConnections')?.Threshold ?? 0;
    expect(connections(small)).toBeLessThan(connections(alarms));
    expect(connections(small)).toBeGreaterThan(0);
  });
});

describe('the topics', () => {
  it('are encrypted with a key that alarms may use, and refuse plain HTTP', async () => {
    const both = await stack({ importEmail: 'operators@example.com' });
    const topics = Object.values(both.findResources('AWS::SNS::Topic'));
    expect(topics).toHaveLength(2);
    const [key] = Object.entries(
      both.findResources('AWS::KMS::Key', { Properties: { EnableKeyRotation: true } }),
    ).filter(([id]) => id.startsWith('Observability'));
    for (const { Properties } of topics) expect(logicalIdsIn(Properties.KmsMasterKeyId)).toEqual([key?.[0]]);
    expect(JSON.stringify(key?.[1])).toContain('"cloudwatch.amazonaws.com"');
    const services = key?.[1].Properties.KeyPolicy.Statement.filter(
      ({ Principal }: { Principal: { Service?: unknown } }) => Principal.Service,
    );
    expect(services).toMatchObject([
      { Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } } },
    ]);
    const policies = Object.values(both.findResources('AWS::SNS::TopicPolicy')).map((policy) => JSON.stringify(policy));
    expect(policies).toHaveLength(2);
    for (const policy of policies) expect(policy).toContain('"aws:SecureTransport":"false"');
    expect(policies.join()).toContain('"Service":"cloudwatch.amazonaws.com"');
    expect(policies.join()).toContain('"Service":"events.amazonaws.com"');
  });

  it('mail nobody who is not in the settings', async () => {
    template.resourceCountIs('AWS::SNS::Subscription', 0);
    const mailed = await stack({ alarmEmail: 'pager@example.com', importEmail: 'operators@example.com' });
    const subscriptions = Object.values(mailed.findResources('AWS::SNS::Subscription'));
    expect(subscriptions.map(({ Properties }) => [Properties.Protocol, Properties.Endpoint]).sort()).toEqual([
      ['email', 'operators@example.com'],
      ['email', 'pager@example.com'],
    ]);
    mailed.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { source: ['supplier-import'], 'detail-type': ['Import finished'] },
    });
  });

  it('refuse an address that is none', () => {
    expect(() => settingsSchema.parse({ observability: { alarmEmail: 'nobody' } })).toThrow('alarmEmail');
  });

  it('are linked from where the settings say that the runbook is', async () => {
    const linked = alarmsOf(await stack({ runbookUrl: 'https://wiki.example/RUNBOOK.md' }));
    for (const { AlarmDescription } of linked.values())
      expect(AlarmDescription).toContain(' https://wiki.example/RUNBOOK.md#');
  });
});
