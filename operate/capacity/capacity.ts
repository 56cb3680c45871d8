import type { Settings } from '../../infrastructure/settings/settings.ts';
import { type CostLine, daysPerMonth, importCosts, monthlyCosts, total } from './cost.ts';
import { halve, type Lever, tryLevers } from './levers.ts';
import { type Limit, limitsOf } from './limits.ts';
import type { Scenario } from './scenario.ts';
import { type Simulation, simulate } from './simulate.ts';

/** A lever as printed. */
export type LeverOutcome = { name: string; change: string; seconds: number; dollars: number };

export type Capacity = {
  scenario: Scenario;
  /** From the drops to the last summary. */
  seconds: number;
  phases: Simulation['phases'];
  limits: Limit[];
  levers: LeverOutcome[];
  /** What to turn, in this order, for half the time. */
  halving: { reached: boolean; steps: LeverOutcome[]; seconds: number; dollars: number };
  importCosts: CostLine[];
  monthlyCosts: CostLine[];
  /** All imports of the scenario together. */
  dollarsPerRun: number;
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
    phases: simulation.phases,
    limits: limitsOf(simulation),
    levers: levers.map(outcomeOf),
    halving: { reached: last.seconds <= seconds / 2, steps, seconds: last.seconds, dollars: last.dollars },
    importCosts: costs,
    monthlyCosts: fixed,
    dollarsPerRun: total(costs),
    dollarsPerMonth: total(costs) * scenario.importsPerDay * daysPerMonth + total(fixed),
    simulation,
  };
}

function outcomeOf({ name, change, simulation, dollars }: Lever): LeverOutcome {
  return { name, change, seconds: simulation.seconds, dollars };
}
