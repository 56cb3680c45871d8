import { batchMilliseconds } from '../../workflows/batch-time.ts';
import { databaseRetry, imageServiceRetry, recordRetry } from '../../workflows/retry-policies.ts';
import type { Process, Waitable } from './event-loop.ts';
import { dealLanes, type Lane } from './host-lanes.ts';
import { ended, holding, lasting, retried, statement } from './processes.ts';
import { quotas } from './quotas.ts';
import { assumptions } from './scenario.ts';
import type { Import, World } from './world.ts';

/** Images of the import that have no outcome yet, by host. */
type Owed = Map<number, number>;

/** Rounds of "Plan images" and "Convert images", until one is planned that owes nothing; what a round postpones is in the next. */
export function* convertInRounds(world: World, one: Import): Process {
  const owed = owedImages(world, one);
  for (let round = 0; ; round += 1) {
    const grants = takeLanes(world, one, owed);
    const images = grants.reduce((total, grant) => total + grant.images, 0);
    // The first plan claims what the import owes; each reads its round.
    const rows = images + (round === 0 ? one.images : 0);
    const plan = statement(world, assumptions.statement + rows / assumptions.plannedImagesPerSecond);
    yield* retried(world, world.functions.statements, plan, databaseRetry);
    world.transitions.add(assumptions.transitionsOfRound);
    if (owed.size === 0) return;
    if (grants.length === 0) {
      yield assumptions.busyHost;
      continue;
    }
    world.rounds.count += 1;
    const until = world.loop.now + batchMilliseconds / 1000;
    yield world.platform.mapRun;
    const batches: Waitable[] = [];
    for (const batch of dealLanes(grants, world.settings.images.batchSize)) {
      yield one.children;
      yield world.dispatch;
      batches.push(world.loop.start(holding(one.children, convertBatch(world, one, batch, until, owed))));
    }
    yield* ended(batches);
  }
}

function owedImages({ scenario }: World, one: Import): Owed {
  const owed: Owed = new Map();
  for (let image = 0; image < one.images; image += 1) {
    const host = (one.index + image * scenario.imports) % scenario.hosts;
    owed.set(host, (owed.get(host) ?? 0) + 1);
  }
  return owed;
}

/** Lanes at every host that has some, and the images of the round, hosts taking turns up to the round's limit. */
function takeLanes({ hosts, settings }: World, one: Import, owed: Owed) {
  const granted = [...owed].flatMap(([index, wanted]) => {
    const host = hosts[index];
    const lanes = host?.grant(one.index, wanted) ?? 0;
    const images = Math.min(wanted, lanes * settings.images.batchSize);
    return lanes > 0 && host ? [{ host: index, lanes, images }] : [];
  });
  const all = granted.reduce((total, { images }) => total + images, 0);
  if (all <= assumptions.roundImages) return granted;
  const share = assumptions.roundImages / all;
  return granted.map((grant) => ({ ...grant, images: Math.max(1, Math.floor(grant.images * share)) }));
}

/** An Express child: its images one after the other while there is time, then one write. */
function* convertBatch(world: World, one: Import, batch: readonly Lane[], until: number, owed: Owed): Process {
  const { loop, express, left } = world;
  const start = loop.now;
  const done: Lane[] = [];
  let failed = 0;
  for (const { host, images } of batch) {
    let outcomes = 0;
    for (let image = 0; image < images; image += 1) {
      if (loop.now >= until) {
        yield* retried(world, world.functions.convertImage, lasting(assumptions.postponed), imageServiceRetry);
        continue;
      }
      if (!(yield* convertImage(world, one))) failed += 1;
      outcomes += 1;
    }
    done.push({ host, images: outcomes });
  }
  const outcomes = done.reduce((total, { images }) => total + images, 0);
  const record = statement(world, assumptions.record + outcomes * assumptions.recordPerImage, outcomes);
  const recorded = yield* retried(world, world.functions.recordImages, record, recordRetry);
  const seconds = loop.now - start;
  const { expressSeconds } = quotas.stepFunctions;
  express.children += 1;
  express.billedSeconds += Math.min(seconds, expressSeconds);
  express.longestSeconds = Math.max(express.longestSeconds, seconds);
  for (const { host, images } of done) {
    world.hosts[host]?.giveBack(one.index);
    const rest = (owed.get(host) ?? 0) - images;
    if (rest > 0) owed.set(host, rest);
    else owed.delete(host);
  }
  if (recorded && seconds <= expressSeconds) {
    left.images += failed;
    world.converted.add(outcomes - failed);
  } else left.images += outcomes;
}

/** One run of convert-image; false where Lambda stayed throttled, which a sweep mends. */
function* convertImage({ scenario, settings, random, ...world }: World, one: Import): Process<boolean> {
  const cpus = Math.min(1, settings.images.memoryMegabytes / quotas.lambda.megabytesPerCpu);
  const mean = scenario.imageSeconds * (scenario.networkShare + (1 - scenario.networkShare) / cpus);
  const seconds = Math.min(random.logNormal(mean, scenario.spread), settings.images.timeoutSeconds);
  const renditions = Object.keys(settings.conversion.renditions).length;
  const work = function* (): Process {
    yield seconds;
    for (let rendition = 0; rendition < renditions; rendition += 1) yield one.prefix;
  };
  const converted = yield* retried({ random, ...world }, world.functions.convertImage, work, imageServiceRetry);
  if (converted) world.puts.add(renditions);
  return converted;
}
