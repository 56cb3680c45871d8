import type { Database } from '../database.ts';
import type { Functions } from '../functions/functions.ts';
import type { Settings } from '../settings/settings.ts';
import type { Storage } from '../storage.ts';
import type { Sweep } from '../sweep.ts';
import type { Workflow } from '../workflow.ts';

/** The parts of the stack that alarms and graphs look at. */
export type ObservedParts = {
  storage: Storage;
  database: Database;
  functions: Functions;
  workflow: Workflow;
  sweep: Sweep;
  settings: Settings;
};
