import Table from 'cli-table3';
import type { Settings } from '../../infrastructure/settings/settings.ts';
import { importCosts, total } from './cost.ts';
import { dollars, duration, leftover, percent, plain } from './report.ts';
import { hostKinds, type Scenario, scenarioSchema } from './scenario.ts';
import { bestFirstByte, hostNames, mostPerSecond } from './simulation/image-hosts.ts';
import { type Simulation, simulate } from './simulation/simulate.ts';

/** One line of the table: what the design is held to. */
export type Answer = {
  what: string;
  measured: number;
  unit: 's' | '$' | 'ratio' | 'share';
  wanted: { atMost: number } | { atLeast: number };
  met: boolean;
};
export type Answers = { answers: Answer[] } & Pick<Simulation, 'failedImports' | 'left'>;

/** The figures of the design, simulated one after the other; `failedImports` and `left` are those of all runs together. */
export function measureAnswers(settings: Settings, seed: number): Answers {
  const answers: Answer[] = [];
  const runs: Simulation[] = [];
  const run = (scenario: Partial<Scenario>) => {
    const simulation = simulate(scenarioSchema.parse({ ...scenario, seed }), settings);
    runs.push(simulation);
    return simulation;
  };
  const answer = (what: string, measured: number, unit: Answer['unit'], wanted: Answer['wanted']) => {
    const met = 'atMost' in wanted ? measured <= wanted.atMost : measured >= wanted.atLeast;
    answers.push({ what, measured, unit, wanted, met });
  };

  const one = run({ hosts: 1 });
  answer('80,000 images of one elastic host, 0.6 s each', one.seconds, 's', { atMost: 15 * 60 });
  const many = run({ products: 10_000, hosts: 20 });
  answer('100,000 images of 20 hosts', many.seconds, 's', { atMost: 5 * 60 });
  answer('  cost', total(importCosts(many)), '$', { atMost: 3 });
  const four = run({ imports: 4, hosts: 1 });
  answer('4 files × 80,000 images on one host', four.seconds, 's', { atMost: 3600 });
  const alone = run({ converted: true });
  const forty = run({ converted: true, imports: 40 });
  answer('40 files × 8,000 products at once ÷ one after the other', forty.seconds / (40 * alone.seconds), 'ratio', {
    atMost: 1.15,
  });
  for (const kind of hostKinds) {
    const host = kind === 'elastic' ? one : run({ hosts: 1, hostKind: kind });
    answerHost(kind, host, settings, answer);
  }
  const swept = run({ imports: 0, due: 20_000, hosts: 1 });
  answer('20,000 due images of one host, swept', swept.seconds, 's', { atMost: 2 * 3600 });
  for (const [name, { takes }] of Object.entries({ 'one host': one, '20 hosts': many, 'four files': four })) {
    answer(`lanes’ idle time within a Take, ${name}`, takes.idleSeconds / takes.laneSeconds, 'share', { atMost: 0.05 });
  }
  const sum = (of: (simulation: Simulation) => number) => runs.reduce((all, simulation) => all + of(simulation), 0);
  return {
    answers,
    failedImports: sum(({ failedImports }) => failedImports),
    left: { images: sum(({ left }) => left.images), chunks: sum(({ left }) => left.chunks) },
  };
}

/** Throughput, refusals and, of the host that queues, delay. */
function answerHost(
  kind: Scenario['hostKind'],
  { scenario, hosts, images, phases }: Simulation,
  settings: Settings,
  answer: (what: string, measured: number, unit: Answer['unit'], wanted: Answer['wanted']) => void,
): void {
  const given = mostPerSecond(scenario, settings.images.mostPerHost);
  const perSecond = images.convertedByImports / phases.convert;
  answer(`throughput ÷ what it could give: ${hostNames[kind]}`, perSecond / given, 'ratio', { atLeast: 0.85 });
  const [host] = hosts.values();
  if (!host) return;
  // Strays come at any pace: it is what was refused beside them that is ours.
  if (kind === 'rate-limited') answer('  requests refused', host.refused / host.requests, 'share', { atMost: 0.02 });
  if (kind === 'queueing') {
    const sorted = [...host.firstBytes].sort((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
    answer('  median first byte ÷ its best', median / bestFirstByte(scenario), 'ratio', { atMost: 2 });
  }
}

/** `met` or `MISSED` for each, and what was left or failed in any of the runs. */
export function answerTable(answers: Answers): string {
  const table = new Table({
    ...plain,
    head: ['simulated with the settings', 'measured', 'wanted', ''],
    colAligns: ['left', 'right', 'right', 'left'],
  });
  const quantity = (value: number, unit: Answer['unit']) =>
    ({ s: duration, $: dollars, ratio: (ratio: number) => ratio.toFixed(2), share: percent })[unit](value);
  for (const { what, measured, unit, wanted, met } of answers.answers) {
    const [sign, limit] = 'atMost' in wanted ? ['≤', wanted.atMost] : ['≥', wanted.atLeast];
    table.push([what, quantity(measured, unit), `${sign} ${quantity(limit, unit)}`, met ? 'met' : 'MISSED']);
  }
  return `${table.toString()}\n${leftover(answers)}`;
}
