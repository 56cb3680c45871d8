import { availableParallelism } from 'node:os';
import { defaultSettings, type Settings } from '../infrastructure/settings/settings.ts';

/** Invocations of one function at once: converting takes a core each, fetching waits for the network. */
export const laptopConcurrency = Math.max(4, 4 * availableParallelism());

/**
 * Of one that works in the database: PostgreSQL has the same cores, so that more threads would be done no sooner, and each
 * costs a quarter of a second to load.
 */
export const databaseConcurrency = Math.max(2, availableParallelism());

/**
 * The settings of an account as small as a laptop: no more batches run than there are threads to convert their images, so that
 * no image's timeout runs out while it waits for one. `npm run build` puts them into the template: build where it is to run.
 */
export const laptopSettings: Settings = {
  ...defaultSettings,
  images: { ...defaultSettings.images, mostLanes: laptopConcurrency },
};
