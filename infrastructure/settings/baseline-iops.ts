/**
 * IOPS that RDS gives PostgreSQL on gp3 by the storage's size, without extra charge.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html#gp3-storage
 */
export function baselineIops(storageGigabytes: number): number {
  return storageGigabytes >= 400 ? 12_000 : 3_000;
}
