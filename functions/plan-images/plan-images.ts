import type { z } from 'zod';
import type { HostGroup, PlannedImages, planImagesInputSchema } from '../../workflows/payloads/images.ts';
import { type Database, withDatabaseErrors } from '../shared/database/database.ts';
import { longestWaitSeconds } from '../shared/hosts/politeness.ts';
import { owedByHost } from '../shared/images/owed-images.ts';
import { keepAlive } from '../shared/imports/heartbeat.ts';
import { workKeys } from '../shared/imports/object-keys.ts';
import { claimImages } from './claim-images.ts';
import { groupByImages } from './group-hosts.ts';

export type Dependencies = {
  database: Database;
  /** Writes one group a line, as JSONL. */
  writeGroups(key: string, groups: readonly HostGroup[]): Promise<void>;
  now(): Date;
};

/** Plans of one import at most. A second one is rare: a child of "Convert images" died, or had all the Takes it may have. */
export const mostRounds = 50;

/**
 * Claims what the import owes and writes the items of "Convert images": its hosts. Planned again after that, it finds what
 * was left behind, as long as that gets less; the rest, and what is at hosts that are on hold for long, is the sweeps'.
 *
 * Run again, it plans the same: the claim is committed before the file is written, so that a crash in between loses none.
 */
export async function planImages(
  { database, writeGroups, now }: Dependencies,
  input: z.infer<typeof planImagesInputSchema>,
): Promise<PlannedImages> {
  const { importId } = input.import;
  const before = input.images;
  const round = before.round + 1;
  const plannedAt = before.plannedAt ?? now().toISOString();
  const key = workKeys.hosts(importId, round);
  return withDatabaseErrors(async () => {
    const { isReopened } = await keepAlive(database, importId);
    if (before.round === 0 || isReopened) await claimImages(database, input.import);
    const owed = await owedByHost(database, importId);
    const left = owed.reduce((total, { images }) => total + images, 0);
    const isStalled = before.left !== null && left >= before.left && !isReopened;
    const groups = groupByImages(owed.filter(({ holdSeconds }) => holdSeconds <= longestWaitSeconds));
    const planned = { round, key, left, plannedAt, groups: isStalled || round > mostRounds ? 0 : groups.length };
    if (planned.groups > 0) await writeGroups(key, groups);
    return planned;
  });
}
