import type { Settings } from '../../infrastructure/settings/settings.ts';
import { type CostLine, daysPerMonth, importCosts, monthlyCosts, total } from './cost.ts';
import { halve, type Lever, tryLevers } from './levers.ts';
import { type Limit, limitsOf } from './limits.ts';
import type { Scenario } from './scenario.ts';
import { type Simulation, simulate } from './simulation/simulate.ts';

/** A lever as printed. */
export type LeverOutcome = { name: string; change: string; seconds: number; dollars: number };

export type Capacity = {
  scenario: Scenario;
  /** From the drops to the last summary. */
  seconds: number;
  /** From the drops until sweeps have converted what the imports left; as `seconds` where they left nothing. */
  sweptSeconds: number;
  /** All imports of the scenario together. */
  dollars: number;
  failedImports: number;
  /** Neither converted nor written at the end. */
  left: Simulation['left'];
  phases: Simulation['phases'];
  limits: Limit[];
  levers: LeverOutcome[];
  /** What to turn, in this order, for half the time. */
  halving: { reached: boolean; steps: LeverOutcome[]; seconds: number; dollars: number };
  importCosts: CostLine[];
  monthlyCosts: CostLine[];
  /** With importsPerDay runs a day, and what is paid anyway. */
  dollarsPerMonth: number;
  simulation: Simulation;
};

/** How long the scenario takes with the settings, what it costs, what limits it and what would halve it. */
export function measureCapacity(scenario: Scenario, settings: Settings): Capacity {
  const simulation = simulate(scenario, settings);
  const { seconds } = simulation;
  const costs = importCosts(simulation);
  const fixed = monthlyCosts(simulation);
  const levers = tryLevers({ scenario, settings });
  const steps = halve(seconds, levers).map(outcomeOf);
  const last = steps.at(-1) ?? { seconds, dollars: total(costs) };
  return {
    scenario,
    seconds,
    sweptSeconds: simulation.sweptSeconds,
    dollars: total(costs),
    failedImports: simulation.failedImports,
    left: simulation.left,
    phases: simulation.phases,
    limits: limitsOf(simulation),
    levers: levers.map(outcomeOf),
    halving: { reached: last.seconds <= seconds / 2, steps, seconds: last.seconds, dollars: last.dollars },
    importCosts: costs,
    monthlyCosts: fixed,
    dollarsPerMonth: total(costs) * scenario.importsPerDay * daysPerMonth + total(fixed),
    simulation,
  };
}

/** Whether everything that was dropped or due is done. */
export function isComplete({ failedImports, left }: Pick<Simulation, 'failedImports' | 'left'>): boolean {
  return failedImports === 0 && left.images === 0 && left.chunks === 0;
}

function outcomeOf({ name, change, simulation, dollars }: Lever): LeverOutcome {
  return { name, change, seconds: simulation.seconds, dollars };
}
