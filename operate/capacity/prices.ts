/** Dollars on demand. `unsure`: not confirmed on AWS's own page; printed with (?). */
export type Price = { dollars: number; per: string; unsure?: true };

/** us-east-1, without free tiers, tax and discounts. */
export const prices = {
  asOf: '2026-11-23',
  region: 'us-east-1',
  lambdaGigabyteSecond: { dollars: 0.0000133334, per: 'GB-s, arm64' },
  lambdaRequest: { dollars: 0.2 / 1e6, per: 'request' },
  standardTransition: { dollars: 0.025 / 1000, per: 'transition' },
  expressRequest: { dollars: 1 / 1e6, per: 'request' },
  /** In steps of 64 MB and 100 ms. */
  expressGigabyteSecond: { dollars: 0.00001667, per: 'GB-s' },
  sqsRequest: { dollars: 0.4 / 1e6, per: 'request' },
  s3Put: { dollars: 0.005 / 1000, per: 'PUT', unsure: true },
  s3Get: { dollars: 0.0004 / 1000, per: 'GET', unsure: true },
  s3GigabyteMonth: { dollars: 0.023, per: 'GB-month', unsure: true },
  logGigabyte: { dollars: 0.5, per: 'GB of logs', unsure: true },
  endpointHour: { dollars: 0.01, per: 'interface endpoint and zone, hour', unsure: true },
  metricMonth: { dollars: 0.3, per: 'custom metric, month', unsure: true },
  alarmMetricMonth: { dollars: 0.1, per: 'metric of an alarm, month', unsure: true },
  dashboardMonth: { dollars: 3, per: 'dashboard, month', unsure: true },
  keyMonth: { dollars: 1, per: 'key of KMS, month', unsure: true },
  secretMonth: { dollars: 0.4, per: 'secret, month', unsure: true },
  databaseGigabyteMonth: { dollars: 0.115, per: 'GB-month of gp3, one zone', unsure: true },
} as const satisfies Record<string, Price | string>;

/** An hour of RDS for PostgreSQL in one zone; a type not listed is priced as its `large` times its size. */
export function instanceHour(instanceType: string): Price {
  const [family = '', size = ''] = instanceType.replace(/^db\./, '').split('.');
  const dollars = largeInstanceHours[family] ?? largeInstanceHours.m8g ?? 0;
  return { dollars: dollars * largeUnits(size), per: 'instance hour', unsure: true };
}

const largeInstanceHours: Record<string, number> = {
  m8g: 0.177,
  m7g: 0.168,
  m6g: 0.159,
  r8g: 0.251,
  r7g: 0.239,
  t4g: 0.129,
};

/** `large` 1, `xlarge` 2, `4xlarge` 8 */
function largeUnits(size: string): number {
  if (!size.endsWith('xlarge')) return { medium: 0.5, small: 0.25, micro: 0.125 }[size] ?? 1;
  return 2 * Number(size.slice(0, -'xlarge'.length) || 1);
}
