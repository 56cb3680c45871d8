import { groupByImages } from '../../../functions/plan-images/group-hosts.ts';
import { mostRounds } from '../../../functions/plan-images/plan-images.ts';
import { importHolder } from '../../../functions/shared/hosts/decide-lanes.ts';
import { longestWaitSeconds } from '../../../functions/shared/hosts/politeness.ts';
import { batchesAtOnce, batchesOfTake, roomsOfTake } from '../../../functions/take-images/batches.ts';
import { mostTakes } from '../../../functions/take-images/take-images.ts';
import { waitFor } from '../../../functions/take-images/waits.ts';
import type { ImageBatch } from '../../../workflows/payloads/images.ts';
import { quotas } from '../quotas.ts';
import { assumptions } from '../scenario.ts';
import { convertBatch } from './convert-batch.ts';
import type { Process, Waitable } from './event-loop.ts';
import { ended, holding, StateFailedError, statement, task } from './processes.ts';
import { Semaphore } from './resources.ts';
import type { Import, World } from './world.ts';

/** "Plan images" and "Convert images", until nothing is left that the import sees to itself. */
export function* convertImages(world: World, one: Import): Process {
  for (let plan = 1, before = Number.POSITIVE_INFINITY; ; plan += 1) {
    const owed = world.images.owedBy(one.id);
    const left = owed.reduce((sum, { images }) => sum + images, 0);
    const seconds = assumptions.statement + left / assumptions.plannedImagesPerSecond;
    yield* task(world, 'plan-images', statement(world, seconds));
    const held = owed.map((host) => ({ ...host, holdSeconds: world.ledger.holdSeconds(host.host) }));
    const groups = groupByImages(held.filter(({ holdSeconds }) => holdSeconds <= longestWaitSeconds));
    if (groups.length === 0 || left >= before || plan > mostRounds) return;
    before = left;
    const children: Waitable[] = [];
    for (const { hosts } of groups) {
      yield one.hosts;
      world.transitions.add(1);
      children.push(world.loop.start(holding(one.hosts, child(world, one, hosts))));
    }
    yield* ended(children);
  }
}

/** A child that dies leaves what it owes to the next plan. */
function* child(world: World, one: Import, hosts: readonly string[]): Process {
  try {
    yield* convertTakes(world, one, hosts);
  } catch (error) {
    if (!(error instanceof StateFailedError)) throw error;
  }
}

/** The child of "Convert images": Take by Take until its hosts' images are converted. */
function* convertTakes(world: World, one: Import, hosts: readonly string[]): Process {
  for (let takes = 1, waits = 0; ; takes += 1) {
    const owed = world.images.owedBy(one.id).filter(({ host }) => hosts.includes(host));
    const images = owed.reduce((sum, host) => sum + host.images, 0);
    const seconds = assumptions.shortStatement + images / assumptions.takenImagesPerSecond;
    yield* task(world, 'take-images', statement(world, seconds));
    world.transitions.add(assumptions.transitionsOfTake);
    const taken = takes > mostTakes || owed.length === 0 ? null : takeImages(world, one, hosts, waits);
    if (taken === null) {
      world.ledger.giveBack([importHolder(one.id)], hosts);
      return;
    }
    waits = taken.batches.length > 0 ? 0 : waits + 1;
    if (taken.batches.length > 0) yield* convertHost(world, one, taken.batches, taken.lanes);
    else yield taken.waitSeconds;
  }
}

/** Null: what its hosts owe is the sweeps'. */
function takeImages(world: World, one: Import, hosts: readonly string[], waits: number) {
  const { settings, scenario, ledger, images } = world;
  const { batchSize, mostPerHost } = settings.images;
  const limit = scenario.maxConcurrency ?? mostPerHost;
  const owed = images.owedBy(one.id).filter(({ host }) => hosts.includes(host));
  const demands = owed.map((host) => ({ ...host, limit }));
  const holder = { importId: one.id, supplierId: one.id };
  const { grants, takenAt, holdSeconds, busy } = ledger.take(holder, demands, settings.images);
  if (grants.length === 0) {
    const waitSeconds = waitFor({ waits, busy, holdSeconds });
    return waitSeconds === 0 ? null : { batches: [], lanes: 0, waitSeconds };
  }
  const rooms = roomsOfTake(grants, demands, batchSize);
  const items = images.read(one.id, rooms);
  const batches = batchesOfTake({ items, grants, hosts, rooms, takenAt, batchSize });
  return { batches, lanes: batchesAtOnce(hosts, grants, batches.length), waitSeconds: 0 };
}

/** The Map Run of a Take. */
function* convertHost(world: World, one: Import, batches: readonly ImageBatch[], atOnce: number): Process {
  const { loop, takes, platform } = world;
  yield platform.mapRun;
  const lanes = new Semaphore(loop, Math.min(atOnce, quotas.stepFunctions.mapConcurrency));
  const start = loop.now;
  let busySeconds = 0;
  const measured = function* (batch: ImageBatch): Process {
    const begin = loop.now;
    yield* convertBatch(world, batch, one.id);
    busySeconds += loop.now - begin;
  };
  const running: Waitable[] = [];
  for (const batch of batches) {
    yield lanes;
    yield world.dispatch;
    running.push(loop.start(holding(lanes, measured(batch))));
  }
  yield* ended(running);
  const laneSeconds = Math.min(atOnce, batches.length) * (loop.now - start);
  takes.count += 1;
  takes.laneSeconds += laneSeconds;
  takes.idleSeconds += laneSeconds - busySeconds;
}
