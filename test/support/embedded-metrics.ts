import { vi } from 'vitest';
import { z } from 'zod';

/** One value of one metric with its dimensions, as CloudWatch takes it out of a log line. */
export type EmittedMetric = { name: string; unit: string; value: number; dimensions: Record<string, string> };

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
const embeddedSchema = z.looseObject({
  _aws: z.object({
    Timestamp: z.number(),
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.literal('SupplierImport'),
        Dimensions: z.array(z.array(z.string()).max(30)).min(1),
        Metrics: z.array(z.object({ Name: z.string(), Unit: z.string() })).max(100),
      }),
    ),
  }),
});

/** Runs `work` and returns what it wrote to stdout and stderr: the lines of the log, and the metrics in them. */
export async function captureLog(work: () => unknown): Promise<{ lines: unknown[]; metrics: EmittedMetric[] }> {
  let text = '';
  const streams = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      text += String(chunk);
      return true;
    }),
  );
  try {
    await work();
  } finally {
    for (const stream of streams) stream.mockRestore();
  }
  const lines = text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line): unknown => JSON.parse(line));
  return { lines, metrics: lines.flatMap(metricsOf) };
}

function metricsOf(line: unknown): EmittedMetric[] {
  if (typeof line !== 'object' || line === null || !('_aws' in line)) return [];
  const { _aws, ...members } = embeddedSchema.parse(line);
  return _aws.CloudWatchMetrics.flatMap(({ Dimensions, Metrics }) =>
    Dimensions.flatMap((names) =>
      Metrics.map(({ Name, Unit }) => ({
        name: Name,
        unit: Unit,
        value: z.number().parse(members[Name]),
        dimensions: Object.fromEntries(names.map((name) => [name, z.string().parse(members[name])])),
      })),
    ),
  );
}

/** The sum of each metric by the values of its dimension other than the service, as `Name` or `Name/value`. */
export function totals(metrics: readonly EmittedMetric[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { name, value, dimensions } of metrics) {
    const own = Object.entries(dimensions).flatMap(([dimension, text]) => (dimension === 'service' ? [] : [text]));
    const key = [name, ...own].join('/');
    sums[key] = (sums[key] ?? 0) + value;
  }
  return sums;
}
