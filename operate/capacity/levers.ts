import { type Settings, settingsSchema } from '../../infrastructure/settings/settings.ts';
import { importCosts, total } from './cost.ts';
import { vCpus } from './quotas.ts';
import type { Scenario } from './scenario.ts';
import { type Simulation, simulate } from './simulation/simulate.ts';

type Setup = { scenario: Scenario; settings: Settings };
export type Lever = {
  name: string;
  /** From what to what. */
  change: string;
  setup: Setup;
  simulation: Simulation;
  dollars: number;
};

/** Every knob that may shorten a run, and what it is to turn it once. */
const knobs: { name: string; turn: (setup: Setup) => { change: string; setup: Setup } }[] = [
  {
    name: 'images.mostPerHost',
    turn: ({ scenario, settings }) => {
      const { images } = settings;
      const mostPerHost = images.mostPerHost * 2;
      return {
        change: `${images.mostPerHost} → ${mostPerHost}`,
        setup: { scenario, settings: { ...settings, images: { ...images, mostPerHost } } },
      };
    },
  },
  {
    name: 'images.mostLanes and reservedConcurrency',
    turn: ({ scenario, settings }) => {
      const { images, account } = settings;
      const mostLanes = images.mostLanes * 2;
      const reservedConcurrency = Math.max(images.reservedConcurrency, mostLanes);
      const concurrentExecutions = Math.max(
        account.concurrentExecutions,
        account.concurrentExecutions + reservedConcurrency - images.reservedConcurrency,
      );
      return {
        change: `${images.mostLanes} → ${mostLanes}, ${images.reservedConcurrency} → ${reservedConcurrency}, quota ${concurrentExecutions}`,
        setup: {
          scenario,
          settings: {
            ...settings,
            account: { ...account, concurrentExecutions },
            images: { ...images, mostLanes, reservedConcurrency },
          },
        },
      };
    },
  },
  {
    name: 'images.batchSize',
    turn: ({ scenario, settings }) => {
      const { images } = settings;
      const batchSize = images.batchSize * 2;
      const resized = { ...images, batchSize };
      return {
        change: `${images.batchSize} → ${batchSize}`,
        setup: { scenario, settings: { ...settings, images: resized } },
      };
    },
  },
  {
    name: 'images.memoryMegabytes',
    turn: ({ scenario, settings }) => {
      const memoryMegabytes = settings.images.memoryMegabytes * 2;
      return {
        change: `${settings.images.memoryMegabytes} → ${memoryMegabytes}`,
        setup: { scenario, settings: { ...settings, images: { ...settings.images, memoryMegabytes } } },
      };
    },
  },
  {
    name: 'database.recordConcurrency',
    turn: ({ scenario, settings }) => {
      const { database } = settings;
      const recordConcurrency = database.recordConcurrency * 2;
      return {
        change: `${database.recordConcurrency} → ${recordConcurrency}`,
        setup: { scenario, settings: { ...settings, database: { ...database, recordConcurrency } } },
      };
    },
  },
  {
    name: 'database.writersPerImport',
    turn: ({ scenario, settings }) => {
      const { database } = settings;
      const writersPerImport = database.writersPerImport * 2;
      return {
        change: `${database.writersPerImport} → ${writersPerImport}`,
        setup: { scenario, settings: { ...settings, database: { ...database, writersPerImport } } },
      };
    },
  },
  {
    name: 'database.instanceType',
    turn: ({ scenario, settings }) => {
      const { database } = settings;
      const [family] = database.instanceType.split('.');
      const instanceType = `${family}.${vCpus(database.instanceType) === 2 ? '' : vCpus(database.instanceType) / 2}xlarge`;
      return {
        change: `${database.instanceType} → ${instanceType}`,
        setup: { scenario, settings: { ...settings, database: { ...database, instanceType } } },
      };
    },
  },
];

/** What each knob, turned alone, would do, the fastest first; without those that the schema does not let turn further. */
export function tryLevers(setup: Setup): Lever[] {
  const levers = knobs.flatMap(({ name, turn }): Lever[] => {
    const turned = turn(setup);
    if (!settingsSchema.safeParse(turned.setup.settings).success) return [];
    const simulation = simulate(turned.setup.scenario, turned.setup.settings);
    return [{ name, ...turned, simulation, dollars: total(importCosts(simulation)) }];
  });
  return levers.sort((a, b) => a.simulation.seconds - b.simulation.seconds);
}

/** At most so many knobs are turned, one after the other: past that a run is not worth halving by settings. */
const mostTurns = 4;

/** The knobs to turn after each other, each time the best, for half of `seconds`; fewer than needed where none helps. */
export function halve(seconds: number, levers: readonly Lever[]): Lever[] {
  const turned: Lever[] = [];
  let now = seconds;
  for (let [best] = levers; best && best.simulation.seconds < now * 0.98; [best] = tryLevers(best.setup)) {
    turned.push(best);
    now = best.simulation.seconds;
    if (now <= seconds / 2 || turned.length === mostTurns) break;
  }
  return turned;
}
