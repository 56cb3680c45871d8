import type { MapRunRecord } from '../executions/store-records.ts';
import type { MapSettings } from './distributed-map-definition.ts';

/** What UpdateMapRun changes. */
export type MapRunLimits = Partial<
  Pick<MapRunRecord, 'maxConcurrency' | 'toleratedFailureCount' | 'toleratedFailurePercentage'>
>;

/** A Map Run that runs, and its limits, which may change while it does. */
export class LiveMapRun {
  /** Called after each change. */
  onUpdate: () => void = () => {};
  readonly settings: MapSettings;
  readonly record: MapRunRecord;

  constructor(settings: MapSettings, record: MapRunRecord) {
    this.settings = settings;
    this.record = record;
  }

  update(limits: MapRunLimits): void {
    Object.assign(this.settings, limits);
    Object.assign(this.record, limits);
    this.onUpdate();
  }
}

/** By the ARNs of the Map Runs. */
export type LiveMapRuns = Map<string, LiveMapRun>;
