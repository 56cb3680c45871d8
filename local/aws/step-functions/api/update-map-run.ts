import type { UpdateMapRunOutput } from '@aws-sdk/client-sfn';
import { ServiceException } from '../errors.ts';
import type { Store } from '../executions/store.ts';
import type { LiveMapRuns, MapRunLimits } from '../maps/live-map-runs.ts';

type Request = MapRunLimits & { mapRunArn: string };

/**
 * UpdateMapRun: children more or less at once and failures more or less tolerated, from now on.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateMapRun.html
 */
export function createUpdateMapRun(store: Store, mapRuns: LiveMapRuns) {
  return ({ mapRunArn, ...given }: Request): UpdateMapRunOutput => {
    const limits = Object.fromEntries(Object.entries(given).filter(([, limit]) => limit !== undefined));
    const mapRun = mapRuns.get(mapRunArn);
    if (mapRun === undefined) {
      if (store.mapRun(mapRunArn) === undefined) {
        throw new ServiceException('ResourceNotFound', `Resource not found: '${mapRunArn}'`);
      }
      throw new ServiceException('ValidationException', `The Map Run does not run any more: '${mapRunArn}'`);
    }
    if (Object.keys(limits).length === 0) {
      throw new ServiceException('ValidationException', 'At least one of the limits of the Map Run has to be given');
    }
    mapRun.update(limits);
    store.saveMapRun(mapRun.record);
    return {};
  };
}
