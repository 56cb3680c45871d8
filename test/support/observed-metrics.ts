import type { Template } from 'aws-cdk-lib/assertions';
import { z } from 'zod';

/** A metric that an alarm or a widget names; values of dimensions as the template has them, `Ref`s included. */
export type NamedMetric = {
  namespace: string;
  name: string;
  dimensions: Record<string, unknown>;
  /** Seconds; null in a search. */
  period: number | null;
  /** Found by a search over a dimension's values. */
  searched: boolean;
};

const dimensionsSchema = z.array(z.object({ Name: z.string(), Value: z.unknown() })).default([]);
const metricSchema = z.object({ Namespace: z.string(), MetricName: z.string(), Dimensions: dimensionsSchema });
const alarmSchema = z.looseObject({
  AlarmDescription: z.string(),
  AlarmActions: z.array(z.unknown()).min(1),
  ComparisonOperator: z.string(),
  EvaluationPeriods: z.number(),
  Threshold: z.number(),
  TreatMissingData: z.string(),
  Metrics: z
    .array(z.object({ MetricStat: z.object({ Metric: metricSchema, Period: z.number() }).optional() }))
    .default([]),
});
export type TemplateAlarm = z.infer<typeof alarmSchema> & { metrics: NamedMetric[] };

/** The template's alarms by the id they have in infrastructure/observability/alarms.ts. */
export function alarmsOf(template: Template): Map<string, TemplateAlarm> {
  const resources = Object.entries(template.findResources('AWS::CloudWatch::Alarm'));
  return new Map(
    resources.map(([logicalId, { Properties }]) => {
      const alarm = alarmSchema.parse(Properties);
      const stats = alarm.Metrics.flatMap(({ MetricStat }) => (MetricStat ? [MetricStat] : []));
      const simple = z.object({ ...metricSchema.shape, Period: z.number() }).safeParse(Properties);
      const all = simple.success ? [{ Metric: simple.data, Period: simple.data.Period }] : stats;
      const metrics = all.map(({ Metric, Period }) => named(Metric, Period));
      return [logicalId.replace(/^ObservabilityAlarms|[0-9A-F]{8}$/g, ''), { ...alarm, metrics }];
    }),
  );
}

function named({ Namespace, MetricName, Dimensions }: z.infer<typeof metricSchema>, period: number): NamedMetric {
  const dimensions = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]));
  return { namespace: Namespace, name: MetricName, dimensions, period, searched: false };
}

/** A reference inside the dashboard's text: its logical id between marks that JSON leaves alone. */
const mark = /^«(.+)»$/;

const widgetSchema = z.object({
  properties: z.object({ metrics: z.array(z.array(z.unknown())).default([]) }),
});

/** All metrics of the dashboard's graphs, those of searches included. */
export function dashboardMetrics(template: Template): NamedMetric[] {
  const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
  const parts: unknown[] = dashboard?.Properties.DashboardBody['Fn::Join'][1] ?? [];
  const body = parts.map((part) => (typeof part === 'string' ? part : `«${logicalIdsIn(part)[0] ?? ''}»`)).join('');
  const { widgets } = z.object({ widgets: z.array(widgetSchema) }).parse(JSON.parse(body));
  return widgets.flatMap(({ properties }) => properties.metrics.map(widgetMetric));
}

/** `[namespace, name, dimension, value, …, options]`, or `[{ expression }]`. */
function widgetMetric(line: unknown[]): NamedMetric {
  const [namespace, name, ...rest] = line;
  if (typeof namespace !== 'string') return searched(z.object({ expression: z.string() }).parse(namespace).expression);
  const dimensions: Record<string, unknown> = {};
  for (let index = 0; typeof rest[index] === 'string'; index += 2) {
    const value = String(rest[index + 1]);
    const [, logicalId] = mark.exec(value) ?? [];
    dimensions[String(rest[index])] = logicalId === undefined ? value : { Ref: logicalId };
  }
  return { namespace, name: String(name), dimensions, period: 300, searched: false };
}

/** `SEARCH('{namespace,dimension,…} MetricName="…" service="…"', …)` */
function searched(expression: string): NamedMetric {
  const [, namespace = '', list = ''] = /SEARCH\('\{([^,}]+),([^}]+)\}/.exec(expression) ?? [];
  const term = (name: string) => new RegExp(` ${name}="([^"]+)"`).exec(expression)?.[1] ?? '';
  const dimensions = Object.fromEntries(list.split(',').map((dimension) => [dimension, term(dimension)]));
  return { namespace, name: term('MetricName'), dimensions, period: null, searched: true };
}

/** The resources that a value of the template refers to, by logical id; pseudo parameters are none. */
export function logicalIdsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'Ref') return String(inner).startsWith('AWS::') ? [] : [String(inner)];
    if (key === 'Fn::GetAtt') return [String(Array.isArray(inner) ? inner[0] : inner)];
    return logicalIdsIn(inner);
  });
}
