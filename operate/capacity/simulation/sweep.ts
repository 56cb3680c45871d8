import { shortHoldSeconds } from '../../../functions/shared/hosts/politeness.ts';
import {
  dealMessages,
  isSweptLater,
  messagesPerConsumer,
  roomOfMessages,
  type SweepTime,
  secondsToNextSweep,
} from '../../../functions/sweep-images/messages.ts';
import { messagesPerBatch, queueLanes, sweepingSeconds } from '../../../infrastructure/settings/concurrency.ts';
import type { ImageBatch } from '../../../workflows/payloads/images.ts';
import { assumptions } from '../scenario.ts';
import { convertBatch } from './convert-batch.ts';
import type { Process } from './event-loop.ts';
import { ended, statement, task } from './processes.ts';
import { Semaphore } from './resources.ts';
import type { World } from './world.ts';

/** Simulated seconds for which sweeps are waited for after the last file has been dropped. */
const horizonSeconds = 24 * 3600;

/** The schedule: an execution of SweepImages every two hours from the start on, as long as there may be something to do. */
export function* sweepEveryTwoHours(world: World, lastDropSeconds: number): Process {
  const { loop, imports, images, settings } = world;
  const queue = new ImageQueue(world);
  while (loop.now <= lastDropSeconds + horizonSeconds) {
    const start = loop.now;
    yield* sweepImages(world, queue);
    yield settings.sweep.everyHours * 3600 - (loop.now - start);
    if (images.waiting === 0 && imports.every(({ hasEnded }) => hasEnded)) return;
  }
}

/** SweepImages: sweeps until nothing is due. */
function* sweepImages(world: World, queue: ImageQueue): Process {
  const { loop, transitions, settings } = world;
  const start = loop.now;
  for (;;) {
    yield* task(world, 'sweep-images', statement(world, assumptions.statement));
    transitions.add(3);
    const time = { elapsed: loop.now - start, forSeconds: sweepingSeconds(settings) };
    const wait = secondsToNextSweep({ due: sweep(world, queue, time), ...time });
    if (wait === 0) return;
    yield wait;
  }
}

/** One sweep; returns how many images are due still. */
function sweep(world: World, queue: ImageQueue, time: SweepTime): number {
  const { loop, images, ledger, settings, scenario, sweeps } = world;
  const { batchSize, mostPerHost } = settings.images;
  const found = images.dueHosts(loop.now).map((host) => ({ ...host, holdSeconds: ledger.holdSeconds(host.host) }));
  const hosts = found.filter(({ holdSeconds }) => holdSeconds <= shortHoldSeconds);
  const later = found.filter(({ holdSeconds }) => holdSeconds > shortHoldSeconds && isSweptLater(time, holdSeconds));
  let due = [...hosts, ...later].reduce((sum, host) => sum + host.images, 0);
  let room = messagesPerConsumer * queueLanes(settings) - ledger.messages;
  for (const host of hosts) {
    if (room <= 0) break;
    const demand = { ...host, limit: scenario.maxConcurrency ?? mostPerHost };
    const { grants, takenAt } = ledger.take('queue', [demand], settings.images);
    const [grant] = grants;
    if (!grant) continue;
    const lanes = Math.min(grant.lanes, room);
    const claimed = images.claim(host.host, loop.now, roomOfMessages(grant, lanes, batchSize));
    const items = claimed.map(({ item }) => item);
    const batches = dealMessages({ items, holders: grant.holders.slice(0, lanes), takenAt });
    const used = batches.map(({ holder }) => holder);
    ledger.giveBack(grant.holders.filter((holder) => !used.includes(holder)));
    queue.send(batches);
    due -= claimed.length;
    room -= batches.length;
    sweeps.messages += batches.length;
    sweeps.images += claimed.length;
  }
  sweeps.count += 1;
  return due;
}

/** The image queue and its event source mapping: some messages an invocation of convert-queued, which waits for all. */
class ImageQueue {
  readonly #world: World;
  readonly #messages: ImageBatch[] = [];
  readonly #invocations: Semaphore;

  constructor(world: World) {
    this.#world = world;
    this.#invocations = new Semaphore(world.loop, world.settings.sweep.queueConcurrency);
  }

  send(batches: readonly ImageBatch[]): void {
    this.#messages.push(...batches);
    for (let sent = 0; sent < batches.length; sent += messagesPerBatch) this.#world.loop.start(this.#consume());
  }

  *#consume(): Process {
    yield this.#invocations;
    const batches = this.#messages.splice(0, messagesPerBatch);
    yield* this.#world.functions['convert-queued'].invoke(this.#convert(batches));
    this.#invocations.release();
  }

  *#convert(batches: readonly ImageBatch[]): Process {
    yield* ended(batches.map((batch) => this.#world.loop.start(this.#execution(batch))));
  }

  /** Of ConvertImages. Where it fails, its message is there again once its visibility timeout is over. */
  *#execution(batch: ImageBatch): Process {
    const { loop, settings, sweeps } = this.#world;
    if (yield* convertBatch(this.#world, batch, null)) {
      sweeps.endedAt = loop.now;
      return;
    }
    loop.schedule(settings.sweep.visibilityTimeoutSeconds, () => this.send([batch]));
  }
}
