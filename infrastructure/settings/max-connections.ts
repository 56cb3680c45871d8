const gibibyte = 1024 ** 3;
/** GiB of the sizes below `large` of the t family, and of `large` by family. */
const smallSizes: Record<string, number> = { micro: 1, small: 2, medium: 4 };
const largeSizes: Record<string, number> = { t: 8, m: 8, r: 16 };
/** Of DBInstanceClassMemory: the operating system and RDS keep the rest. */
const usable = 0.85;

/**
 * About how many connections an RDS for PostgreSQL instance of a Graviton class takes by default, null for other classes:
 * LEAST(DBInstanceClassMemory / 9,531,392, 5,000).
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections
 */
export function maxConnections(instanceType: string): number | null {
  const [, family = '', size = '', factor = '1'] =
    /^([tmr])\d+g[a-z]*\.(micro|small|medium|large|(\d*)xlarge)$/.exec(instanceType) ?? [];
  const large = largeSizes[family];
  if (large === undefined) return null;
  const gigabytes = smallSizes[size] ?? (size === 'large' ? large : large * 2 * Number(factor || 1));
  return Math.min(Math.floor((gigabytes * usable * gibibyte) / 9_531_392), 5_000);
}

/** Connections above which people are told: what the functions may take stays below. */
export function alarmingConnections(allowed: number): number {
  return Math.floor(0.8 * allowed);
}
