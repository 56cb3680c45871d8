import type { AsynchronousInvocation } from './asynchronous-invocations.ts';
import { matchesPattern } from './pattern.ts';
import { type TargetInput, targetPayload } from './target-input.ts';

export type Rule = {
  name: string;
  enabled: boolean;
  /** A rule without one is a schedule and matches no event. */
  eventPattern?: Readonly<Record<string, unknown>>;
  targets: readonly (TargetInput & { arn: string; deadLetterArn?: string })[];
};

export type EventBus = {
  /** Hands the event to every target of every enabled rule that matches it; returns how many that were. */
  publish(event: unknown): number;
};

/**
 * The default event bus, whose targets are functions. A target's dead-letter queue takes what its function has failed
 * on as well; on AWS it is for events that could not be handed over at all.
 */
export function createEventBus(rules: readonly Rule[], start: (invocation: AsynchronousInvocation) => void): EventBus {
  // An operator that is not emulated is to be found out now, not when an event comes.
  for (const { eventPattern } of rules) if (eventPattern !== undefined) matchesPattern(eventPattern, {});
  return {
    publish(event) {
      const matching = rules.filter(
        ({ enabled, eventPattern }) => enabled && eventPattern !== undefined && matchesPattern(eventPattern, event),
      );
      const targets = matching.flatMap((rule) => rule.targets);
      for (const target of targets) {
        const { arn, deadLetterArn } = target;
        start({ functionArn: arn, payload: targetPayload(target, event), deadLetterArn });
      }
      return targets.length;
    },
  };
}
