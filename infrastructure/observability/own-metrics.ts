import { Duration, Stack } from 'aws-cdk-lib';
import { type IMetric, Metric, type MetricOptions, SearchExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import {
  type MetricName,
  metricDefinitions,
  metricNamespace,
  type SplitMetricName,
  serviceDimension,
} from '../../functions/shared/metrics/metric-definitions.ts';

const period = Duration.minutes(5);

/** A metric that the functions of this stack emit; its sum over five minutes unless `options` say otherwise. */
export function ownMetric(scope: Construct, name: MetricName, options: MetricOptions = {}): Metric {
  return new Metric({
    namespace: metricNamespace,
    metricName: name,
    dimensionsMap: { [serviceDimension]: Stack.of(scope).stackName },
    statistic: 'Sum',
    period,
    label: name,
    ...options,
  });
}

/** The same split by the values of its dimension, as many lines as there are values with data: for widgets, not alarms. */
export function splitMetric(scope: Construct, name: SplitMetricName): IMetric {
  const { dimension } = metricDefinitions[name];
  const schema = `{${metricNamespace},${serviceDimension},${dimension}}`;
  const filter = `MetricName="${name}" ${serviceDimension}="${Stack.of(scope).stackName}"`;
  return new SearchExpression({
    expression: `SEARCH('${schema} ${filter}', 'Sum', ${period.toSeconds()})`,
    label: `\${PROP('Dim.${dimension}')}`,
    period,
  });
}
