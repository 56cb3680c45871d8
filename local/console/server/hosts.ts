import { inArray, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Database } from '../../../functions/shared/database/database.ts';
import { imageHosts, images, imports } from '../../../schema/index.ts';
import type { StepFunctions } from '../../aws/step-functions/index.ts';
import type { Host, HostGroup } from '../types.ts';
import { type ChildExecution, type MapRuns, sumItems } from './map-runs.ts';

const inputSchema = z.object({ hosts: z.array(z.string()) });
const takenSchema = z.object({ take: z.object({ lanes: z.number() }) });

/** Each child of "Convert images" with its hosts and how fast they are asked. */
export async function readHosts(
  database: Database,
  stepFunctions: StepFunctions,
  mapRuns: MapRuns,
  executionArn: string,
): Promise<HostGroup[]> {
  const children = mapRuns(executionArn)
    .flatMap((tree) => tree.children)
    .flatMap((child) => {
      const { input } = stepFunctions.describeExecution(child);
      const parsed = inputSchema.safeParse(JSON.parse(input ?? 'null'));
      return parsed.success ? [{ child, names: parsed.data.hosts }] : [];
    });
  const names = [...new Set(children.flatMap((child) => child.names))];
  const known = await readKnown(database, executionArn, names);
  return children.map(({ child, names }) => ({
    executionArn: child.executionArn,
    status: child.status,
    batches: sumItems(child.mapRuns),
    takes: takesOf(stepFunctions, child),
    hosts: names.map((host) => known(host)),
  }));
}

async function readKnown(database: Database, executionArn: string, names: string[]): Promise<(host: string) => Host> {
  if (names.length === 0) return (host) => ({ ...unknown, host });
  const paces = await database.select().from(imageHosts).where(inArray(imageHosts.host, names));
  const counts = await database
    .select({
      host: images.host,
      total: sql<number>`count(*)::int`,
      running: sql<number>`(count(*) filter (where ${images.status} = 'queued'))::int`,
      converted: sql<number>`(count(*) filter (where ${images.status} = 'converted'))::int`,
      failed: sql<number>`(count(*) filter (where ${images.status} = 'failed'))::int`,
    })
    .from(images)
    .where(
      sql`${images.importId} in (select ${imports.id} from ${imports} where ${imports.executionArn} = ${executionArn})`,
    )
    .groupBy(images.host);
  const paceOf = new Map(paces.map((pace) => [pace.host, pace]));
  const countOf = new Map(counts.map((count) => [count.host, count]));
  return (host) => {
    const pace = paceOf.get(host);
    return {
      ...unknown,
      ...countOf.get(host),
      host,
      concurrency: pace?.concurrency ?? null,
      holdUntil: pace?.holdUntil && pace.holdUntil > new Date() ? pace.holdUntil.toISOString() : null,
    };
  };
}

const unknown = {
  total: 0,
  running: 0,
  converted: 0,
  failed: 0,
  concurrency: null,
  holdUntil: null,
};

/** What "Take images" was granted, one each time it ended. */
function takesOf(stepFunctions: StepFunctions, { executionArn }: ChildExecution): HostGroup['takes'] {
  const { events = [] } = stepFunctions.getExecutionHistory({ executionArn, maxResults: 1000 });
  return events.flatMap(({ timestamp, stateExitedEventDetails: exited }) => {
    if (exited?.name !== 'Take images') return [];
    const taken = takenSchema.safeParse(JSON.parse(exited.output ?? 'null'));
    return taken.success ? [{ at: timestamp?.getTime() ?? 0, lanes: taken.data.take.lanes }] : [];
  });
}
