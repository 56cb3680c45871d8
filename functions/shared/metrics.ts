import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

const metrics = new Metrics({ namespace: 'SupplierImport', serviceName: 'supplier-import' });

/** `ConservationBreach`: images that are in no known state. infrastructure/observability.ts alarms on any. */
export type MetricName = 'ConservationBreach';

/** Writes one metric to the log in CloudWatch's embedded format. */
export function emitCount(name: MetricName, value: number): void {
  metrics.addMetric(name, MetricUnit.Count, value);
  metrics.publishStoredMetrics();
}
