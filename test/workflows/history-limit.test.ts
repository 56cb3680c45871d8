import { beforeAll, describe, expect, it } from 'vitest';
import { mostRounds } from '../../functions/plan-images/plan-images.ts';
import { sweepAgainSeconds } from '../../functions/sweep-images/messages.ts';
import { mostTakes } from '../../functions/take-images/take-images.ts';
import { waitFor } from '../../functions/take-images/waits.ts';
import { defaultSettings, settingsSchema } from '../../infrastructure/settings/settings.ts';
import { type Definition, definitionOf, type State, synthesizedTemplate } from '../support/template.ts';

/** A Standard execution fails, and nothing catches it, when its history has so many events. */
const limit = 25_000;
const day = 24 * 3600;

let productImport: Definition;
let sweepImages: Definition;
beforeAll(async () => {
  const template = await synthesizedTemplate({
    ...defaultSettings,
    sweep: { ...defaultSettings.sweep, everyHours: 12 },
  });
  productImport = definitionOf(template, 'ProductImport');
  sweepImages = definitionOf(template, 'SweepImages');
});

/** Events of one pass through a state that succeeds at once: entered, exited, and what a task or a Map Run adds. */
function eventsOf(definition: Definition, ...names: string[]): number {
  const events: Record<string, number> = { Task: 5, Map: 5 };
  return names.reduce((total, name) => {
    const { Type } = stateOf(definition, name);
    return total + (events[Type] ?? 2);
  }, 0);
}

function stateOf(definition: Definition, name: string): State {
  const state = definition.States[name];
  if (state === undefined) throw new Error(`There is no state ${name}`);
  return state;
}

type Retrier = { MaxAttempts: number; IntervalSeconds: number; BackoffRate: number; MaxDelaySeconds?: number };

/** Scheduled, started, failed: events of a state's retries while it may retry, in so many seconds at most. */
function eventsOfRetries(state: State, seconds = day): number {
  const retriers = (state.Retry ?? []) as unknown as Retrier[];
  return Math.max(
    0,
    ...retriers.map(({ MaxDelaySeconds = 60 }) => {
      // With full jitter a wait is half of the longest on average, and there are thousands of them.
      return (3 * seconds) / (MaxDelaySeconds / 2);
    }),
  );
}

describe('no history is full within a day', () => {
  it('of an import that waits to write all day, or retries all day', () => {
    const loop = eventsOf(productImport, 'Admit writers', 'Any products?', 'Wait for writers');
    const waiting = (loop * day) / 60;
    const retrying = eventsOfRetries(stateOf(productImport, 'Admit writers'));
    const plans = mostRounds * eventsOf(productImport, 'Plan images', 'Any images?', 'Convert images');
    const once = eventsOf(productImport, ...Object.keys(productImport.States));
    // A second is waited or retried in, not both.
    expect(Math.max(waiting, retrying) + plans + once).toBeLessThan(limit);
  });

  it('of a child of "Convert images", which ends after so many Takes', () => {
    const child = stateOf(productImport, 'Convert images').ItemProcessor as Definition;
    const converting = eventsOf(child, 'Take images', 'Any taken?', 'Convert host');
    const waiting = eventsOf(child, 'Take images', 'Any taken?', 'Wait for host');
    const retrying = eventsOfRetries(stateOf(child, 'Take images'));
    expect(mostTakes * Math.max(converting, waiting) + retrying).toBeLessThan(limit);
    // The waits of those Takes are long enough for an hour, at least, at a host that others keep busy.
    const busy = waitFor({ waits: 20, busy: 1, holdSeconds: null });
    expect(mostTakes * busy).toBeGreaterThan(3600);
  });

  it('of a child of "Write products"', () => {
    const child = stateOf(productImport, 'Write products').ItemProcessor as Definition;
    const write = stateOf(child, 'Write product chunk');
    const attempts = Math.max(...(write.Retry ?? []).map(({ MaxAttempts }) => MaxAttempts));
    expect(eventsOf(child, 'Write product chunk') + 3 * attempts).toBeLessThan(limit);
    expect(attempts).toBeGreaterThan(100);
  });

  it('of a sweep as long as the settings allow', () => {
    expect(settingsSchema.safeParse({ sweep: { everyHours: 13 } }).success).toBe(false);
    const seconds = Number(sweepImages.TimeoutSeconds);
    const loop = eventsOf(sweepImages, 'Sweep', 'Any due?', 'Wait for lanes');
    const sweeping = (loop * seconds) / sweepAgainSeconds;
    const retrying = eventsOfRetries(stateOf(sweepImages, 'Sweep'), seconds);
    expect(Math.max(sweeping, retrying)).toBeLessThan(limit);
  });
});
