import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isThrottled } from '../lambda/errors.ts';

/** How a function's asynchronous invocations are retried, and where they go that have failed. */
export type FailureSettings = {
  /** Tries after the first one, 2 as on Lambda where it is not said. */
  maximumRetryAttempts?: number;
  /** How long an event that is throttled is tried again, six hours where it is not said. */
  maximumEventAgeSeconds?: number;
  /** Queue that gets Lambda's invocation record when all tries have failed. */
  onFailureArn?: string;
  /** Queue that gets the payload itself when all tries have failed, and the function has no failure destination. */
  deadLetterArn?: string;
};

export type AsynchronousInvocation = FailureSettings & { functionArn: string; payload: unknown };

export type AsynchronousInvocationsOptions = {
  invoke: (functionArn: string, payload: unknown, options: { signal: AbortSignal }) => Promise<unknown>;
  sendMessage: (queueArn: string, body: string, attributes: Record<string, string>) => Promise<void>;
  /** Hears of every failed try, and of events that nobody took. */
  onError: (message: string, error: unknown) => void;
  /** What the template says of a function; where it says nothing, what an invocation brings along holds. */
  settingsOf?: (functionArn: string) => FailureSettings | undefined;
  /** Milliseconds before the first and the second retry. Lambda waits one and two minutes; a laptop's user watches. */
  retryDelays?: readonly number[];
  /** Milliseconds before a throttled event is tried again, 1,000 at first; doubled each time, up to five minutes. */
  throttleDelay?: number;
};

export type AsynchronousInvocations = {
  /** Accepts the event and returns at once, as Lambda's `InvocationType: Event`. */
  start(invocation: AsynchronousInvocation): void;
  /** Resolves when everything started so far has ended, retries included. */
  settled(): Promise<void>;
  /** Ends running invocations and waits for no retry. */
  stop(): Promise<void>;
};

/** Five minutes, as on Lambda. */
const longestThrottleDelay = 300_000;

/** Lambda's asynchronous invocations: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
export function createAsynchronousInvocations(options: AsynchronousInvocationsOptions): AsynchronousInvocations {
  const { invoke, sendMessage, onError, retryDelays = [2_000, 10_000], throttleDelay = 1_000 } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = new Set<Promise<void>>();

  function withSettings(invocation: AsynchronousInvocation): AsynchronousInvocation {
    const settings = options.settingsOf?.(invocation.functionArn);
    return {
      ...invocation,
      ...Object.fromEntries(Object.entries(settings ?? {}).filter(([, value]) => value !== undefined)),
    };
  }

  async function run(invocation: AsynchronousInvocation): Promise<void> {
    const { functionArn, maximumRetryAttempts = 2 } = invocation;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await untilAdmitted(invocation);
        return;
      } catch (error) {
        if (signal.aborted) return;
        onError(`${functionArn} failed, attempt ${attempt} of ${maximumRetryAttempts + 1}`, error);
        if (isThrottled(error)) return giveUp(invocation, error, attempt, 'EventAgeExceeded');
        if (attempt > maximumRetryAttempts) return giveUp(invocation, error, attempt, 'RetriesExhausted');
      }
      await sleep(retryDelays[attempt - 1] ?? retryDelays.at(-1), undefined, { signal, ref: false });
    }
  }

  /** Invokes the function, again and again while it is throttled: that is no try that failed. */
  async function untilAdmitted({ functionArn, payload, maximumEventAgeSeconds = 21_600 }: AsynchronousInvocation) {
    const end = performance.now() + maximumEventAgeSeconds * 1000;
    for (let delay = throttleDelay; ; delay = Math.min(delay * 2, longestThrottleDelay)) {
      try {
        return await invoke(functionArn, payload, { signal });
      } catch (error) {
        if (!isThrottled(error) || performance.now() + delay > end) throw error;
      }
      await sleep(delay, undefined, { signal, ref: false });
    }
  }

  async function giveUp(
    invocation: AsynchronousInvocation,
    error: unknown,
    attempts: number,
    condition: 'RetriesExhausted' | 'EventAgeExceeded',
  ): Promise<void> {
    const { functionArn, payload, onFailureArn, deadLetterArn } = invocation;
    const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
    if (onFailureArn !== undefined) {
      await sendMessage(
        onFailureArn,
        JSON.stringify(record(functionArn, payload, { name, message }, attempts, condition)),
        {},
      );
    } else if (deadLetterArn !== undefined) {
      const attributes = { RequestID: randomUUID(), ErrorCode: name, ErrorMessage: message.slice(0, 1024) };
      await sendMessage(deadLetterArn, JSON.stringify(payload), attributes);
    } else {
      onError(`${functionArn} never took this event: ${JSON.stringify(payload)}`, error);
    }
  }

  return {
    start(invocation) {
      const work = run(withSettings(invocation))
        .catch((error: unknown) => {
          if (!signal.aborted) onError(`${invocation.functionArn}: its failure could not be passed on`, error);
        })
        .finally(() => running.delete(work));
      running.add(work);
    },
    async settled() {
      await Promise.all(running);
    },
    async stop() {
      stopping.abort(new Error('The local events are stopped'));
      await Promise.all(running);
    },
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
function record(
  functionArn: string,
  payload: unknown,
  { name: errorType, message: errorMessage }: { name: string; message: string },
  approximateInvokeCount: number,
  condition: string,
) {
  return {
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: { requestId: randomUUID(), functionArn, condition, approximateInvokeCount },
    requestPayload: payload,
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: { errorType, errorMessage },
  };
}
