import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type AsynchronousInvocationsOptions,
  createAsynchronousInvocations,
} from '../../../../local/aws/events/asynchronous-invocations.ts';
import { createEventBus, type Rule } from '../../../../local/aws/events/event-bus.ts';
import { throttled } from '../../../../local/aws/lambda/errors.ts';

const drop = { source: 'aws.s3', detail: { object: { key: 'acme/"a".xlsx', size: 3 } } };
const rule = (overrides: Partial<Rule> = {}): Rule => ({
  name: 'ObjectCreated',
  enabled: true,
  eventPattern: { source: ['aws.s3'] },
  targets: [{ arn: 'start-import' }],
  ...overrides,
});

/** A bus whose targets fail as often as `failures` says, with what was invoked, sent and reported. */
function startBus(rules: Rule[], options: Partial<AsynchronousInvocationsOptions> & { failures?: number } = {}) {
  const invoked: [string, unknown][] = [];
  const sent: { queueArn: string; body: unknown; attributes: Record<string, string> }[] = [];
  const errors: string[] = [];
  let failures = options.failures ?? 0;
  const invocations = createAsynchronousInvocations({
    invoke: async (arn, payload) => {
      invoked.push([arn, payload]);
      if (failures-- > 0) throw new RangeError('not today');
    },
    sendMessage: async (queueArn, body, attributes) => {
      sent.push({ queueArn, body: JSON.parse(body), attributes });
    },
    onError: (message) => errors.push(message),
    retryDelays: [1],
    ...options,
  });
  onTestFinished(() => invocations.stop());
  return { bus: createEventBus(rules, invocations.start), invocations, invoked, sent, errors };
}

describe('an event', () => {
  it('reaches every target of every enabled rule that matches', async () => {
    const { bus, invocations, invoked } = startBus([
      rule({ targets: [{ arn: 'one' }, { arn: 'two', input: '{"fixed":true}' }] }),
      rule({ enabled: false, targets: [{ arn: 'disabled' }] }),
      rule({ eventPattern: { source: ['aws.ec2'] }, targets: [{ arn: 'other' }] }),
      rule({ eventPattern: undefined, targets: [{ arn: 'schedule' }] }),
    ]);
    expect(bus.publish(drop)).toBe(2);
    await invocations.settled();
    expect(invoked).toEqual([
      ['one', drop],
      ['two', { fixed: true }],
    ]);
  });

  it('is tried three times', async () => {
    const { bus, invocations, invoked, errors, sent } = startBus([rule()], { failures: 2 });
    bus.publish(drop);
    await invocations.settled();
    expect(invoked).toHaveLength(3);
    expect(errors).toHaveLength(2);
    expect(sent).toEqual([]);
  });

  it('goes to the target’s dead-letter queue after that', async () => {
    const { bus, invocations, sent } = startBus([rule({ targets: [{ arn: 'start-import', deadLetterArn: 'dlq' }] })], {
      failures: 3,
    });
    bus.publish(drop);
    await invocations.settled();
    expect(sent).toMatchObject([
      { queueArn: 'dlq', body: drop, attributes: { ErrorCode: 'RangeError', ErrorMessage: 'not today' } },
    ]);
  });

  it('goes to the function’s failure destination as a record, after as many tries as the function has', async () => {
    const { bus, invocations, invoked, sent } = startBus([rule()], {
      failures: 9,
      settingsOf: () => ({ maximumRetryAttempts: 0, onFailureArn: 'failures' }),
    });
    bus.publish(drop);
    await invocations.settled();
    expect(invoked).toHaveLength(1);
    expect(sent).toMatchObject([
      {
        queueArn: 'failures',
        body: {
          requestContext: { functionArn: 'start-import', condition: 'RetriesExhausted', approximateInvokeCount: 1 },
          requestPayload: drop,
          responsePayload: { errorType: 'RangeError', errorMessage: 'not today' },
        },
      },
    ]);
  });

  it('that is throttled waits for its turn, without a try being counted', async () => {
    let tries = 0;
    const { bus, invocations, errors } = startBus([rule()], {
      invoke: async () => {
        tries += 1;
        if (tries <= 5) throw throttled();
      },
      throttleDelay: 1,
    });
    bus.publish(drop);
    await invocations.settled();
    expect(tries).toBe(6);
    expect(errors).toEqual([]);
  });

  it('that is throttled for longer than the function lets it grow old goes to the failure destination', async () => {
    const { bus, invocations, sent } = startBus([rule()], {
      invoke: () => Promise.reject(throttled()),
      settingsOf: () => ({ maximumEventAgeSeconds: 0, onFailureArn: 'failures' }),
    });
    bus.publish(drop);
    await invocations.settled();
    expect(sent).toMatchObject([{ body: { requestContext: { condition: 'EventAgeExceeded' } } }]);
  });

  it('that nobody takes is reported whole', async () => {
    const { bus, invocations, errors } = startBus([rule()], { failures: 3 });
    bus.publish(drop);
    await invocations.settled();
    expect(errors.at(-1)).toContain(JSON.stringify(drop));
  });

  it('that cannot be passed on is reported too', async () => {
    const sendMessage = () => Promise.reject(new Error('no queue'));
    const { bus, invocations, errors } = startBus(
      [rule({ targets: [{ arn: 'start-import', deadLetterArn: 'dlq' }] })],
      {
        failures: 3,
        sendMessage,
      },
    );
    bus.publish(drop);
    await invocations.settled();
    expect(errors.at(-1)).toContain('could not be passed on');
  });

  it('is not retried once the stack stops', async () => {
    const { bus, invocations, invoked } = startBus([rule()], { failures: 1, retryDelays: [60_000] });
    bus.publish(drop);
    await invocations.stop();
    expect(invoked).toHaveLength(1);
  });
});

describe('a rule', () => {
  it('whose pattern is not emulated is refused before any event comes', () => {
    expect(() => startBus([rule({ eventPattern: { source: [{ cidr: '10.0.0.0/8' }] } })])).toThrow(/Not emulated/);
    expect(() => startBus([rule({ eventPattern: { source: 'aws.s3' } })])).toThrow(/Expected a list/);
  });
});
