import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EventLoop, type Process } from '../../../operate/capacity/simulation/event-loop.ts';
import { LambdaFunction } from '../../../operate/capacity/simulation/lambda-function.ts';
import { Semaphore, TokenBucket } from '../../../operate/capacity/simulation/resources.ts';

it('runs events by time, and those of one moment in the order they were scheduled', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 40 }), (delays) => {
      const loop = new EventLoop();
      const ran: [number, number][] = [];
      for (const [index, delay] of delays.entries()) loop.schedule(delay, () => ran.push([loop.now, index]));
      loop.run();
      const expected = delays.map((delay, index): [number, number] => [delay, index]);
      expect(ran).toEqual(expected.sort(([a, i], [b, j]) => a - b || i - j));
    }),
  );
});

it('lets a process wait for time and for the end of others', () => {
  const loop = new EventLoop();
  const seen: string[] = [];
  const sleeper = function* (name: string, seconds: number): Process {
    yield seconds;
    seen.push(`${name} at ${loop.now}`);
  };
  loop.start(
    (function* () {
      const slow = loop.start(sleeper('slow', 3));
      const fast = loop.start(sleeper('fast', 1));
      yield slow;
      yield fast;
      seen.push(`both at ${loop.now}`);
    })(),
  );
  loop.run();
  expect(seen).toEqual(['fast at 1', 'slow at 3', 'both at 3']);
});

it('admits no more than the limit, in order, and knows for how long somebody waited', () => {
  const loop = new EventLoop();
  const semaphore = new Semaphore(loop, 2);
  const admitted: string[] = [];
  const holder = function* (name: string): Process {
    yield semaphore;
    admitted.push(`${name} at ${loop.now}`);
    yield 4;
    semaphore.release();
  };
  for (const name of ['a', 'b', 'c', 'd', 'e']) loop.start(holder(name));
  loop.run();
  expect(admitted).toEqual(['a at 0', 'b at 0', 'c at 4', 'd at 4', 'e at 8']);
  expect(semaphore).toMatchObject({ peak: 2, inUse: 0, saturatedSeconds: 8 });
});

it.each([
  { perSecond: 10, burst: 1, count: 21, seconds: 2 },
  { perSecond: 10, burst: 11, count: 21, seconds: 1 },
  { perSecond: 100, burst: 1000, count: 1000, seconds: 0 },
])('lets $count pass in $seconds s at $perSecond/s after a burst of $burst', ({ perSecond, burst, count, seconds }) => {
  const loop = new EventLoop();
  const bucket = new TokenBucket(loop, { perSecond, burst });
  for (let index = 0; index < count; index += 1) {
    loop.start(
      (function* () {
        yield bucket;
      })(),
    );
  }
  loop.run();
  expect(loop.now).toBeCloseTo(seconds, 6);
});

it.each([
  { whenFull: 'throttle', done: 3, throttles: 2 },
  { whenFull: 'queue', done: 5, throttles: 0 },
] as const)('$whenFull: a function with 3 environments gets 5 events', ({ whenFull, done, throttles }) => {
  const loop = new EventLoop();
  const scaling = { perSecond: 100, burst: 1000 };
  const lambda = new LambdaFunction(loop, { memoryMegabytes: 1024, concurrency: 3, coldStart: 1, scaling, whenFull });
  const results: boolean[] = [];
  for (let event = 0; event < 5; event += 1) {
    loop.start(
      (function* () {
        results.push(
          yield* lambda.invoke(
            (function* () {
              yield 2;
            })(),
          ),
        );
      })(),
    );
  }
  loop.run();
  expect(results.filter(Boolean)).toHaveLength(done);
  // Three cold starts, and warm ones for what waited.
  expect(lambda).toMatchObject({ peak: 3, environments: 3, throttles, billedSeconds: 3 * 3 + (done - 3) * 2 });
});

it('creates environments no faster than Lambda does', () => {
  const loop = new EventLoop();
  const scaling = { perSecond: 1, burst: 2 };
  const lambda = new LambdaFunction(loop, {
    ...{ memoryMegabytes: 1024, concurrency: 100, coldStart: 0, scaling, whenFull: 'throttle' },
  });
  for (const second of [0, 0, 0, 1, 1, 2]) {
    loop.schedule(second, () =>
      loop.start(
        (function* () {
          yield* lambda.invoke(
            (function* () {
              yield 60;
            })(),
          );
        })(),
      ),
    );
  }
  loop.run();
  // Two at once; then one for each second that went by.
  expect(lambda).toMatchObject({ environments: 4, throttles: 2 });
});
