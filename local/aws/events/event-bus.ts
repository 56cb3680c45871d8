import type { AsynchronousInvocation } from './asynchronous-invocations.ts';
import { checkPattern, matchesPattern, type Pattern } from './pattern.ts';

export type Rule = {
  name: string;
  enabled: boolean;
  /** A rule without one is a schedule and matches no event. */
  eventPattern?: Pattern;
  /** `input` is JSON text that a target gets instead of the event. */
  targets: readonly { arn: string; input?: string; deadLetterArn?: string }[];
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
  for (const { eventPattern } of rules) if (eventPattern !== undefined) checkPattern(eventPattern);
  return {
    publish(event) {
      const matching = rules.filter(
        ({ enabled, eventPattern }) => enabled && eventPattern !== undefined && matchesPattern(eventPattern, event),
      );
      const targets = matching.flatMap((rule) => rule.targets);
      for (const { arn, input, deadLetterArn } of targets) {
        start({ functionArn: arn, payload: input === undefined ? event : JSON.parse(input), deadLetterArn });
      }
      return targets.length;
    },
  };
}
