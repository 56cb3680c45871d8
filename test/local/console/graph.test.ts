import { beforeAll, describe, expect, it } from 'vitest';
import { endNode, type GraphNode, type Layout, layoutOf, startNode } from '../../../local/console/page/graph/layout.ts';
import { stateReports } from '../../../local/console/page/graph/state-statuses.ts';
import { createPace } from '../../../local/console/page/pace.ts';
import type { EventDetails, HistoryEvent } from '../../../local/console/page/step-functions.ts';
import { allStates, type Definition, definitionOf, synthesizedTemplate } from '../../support/template.ts';

/** Events in a row, a second apart, each of the one before. */
function history(...events: [type: string, details?: EventDetails][]): HistoryEvent[] {
  return events.map(([type, details], index) => ({
    id: index + 1,
    previousEventId: index,
    type,
    timestamp: index,
    anyEventDetails: details,
  }));
}
const boom = { error: 'Boom', cause: 'it broke' };

describe('stateReports', () => {
  it('tells a state that was retried and succeeded', () => {
    const events = history(
      ['ExecutionStarted'],
      ['TaskStateEntered', { name: 'Read', input: '1' }],
      ['LambdaFunctionScheduled'],
      ['LambdaFunctionFailed', boom],
      ['LambdaFunctionScheduled'],
      ['LambdaFunctionSucceeded'],
      ['TaskStateExited', { name: 'Read', output: '2' }],
    );
    const report = stateReports(events, 'RUNNING', 100).get('Read');
    expect(report).toMatchObject({ status: 'succeeded', retries: 1, visits: 1, seconds: 5, input: '1', output: '2' });
  });

  it.each([
    { status: 'RUNNING', expected: 'running', seconds: 97 },
    { status: 'ABORTED', expected: 'stopped', seconds: 97 },
  ] as const)('takes a state that was not left for $expected where the execution is $status', (given) => {
    const events = history(
      ['ExecutionStarted'],
      ['PassStateEntered', { name: 'First' }],
      ['PassStateExited', { name: 'First' }],
      ['MapStateEntered', { name: 'Convert' }],
      ['MapRunStarted', { mapRunArn: 'arn:1' }],
    );
    const reports = stateReports(events, given.status, 100);
    expect(reports.get('Convert')).toMatchObject({
      status: given.expected,
      seconds: given.seconds,
      mapRunArns: ['arn:1'],
    });
    expect([...(reports.get('First')?.next ?? [])]).toEqual(['Convert']);
  });

  it('goes on with a state whose execution was redriven', () => {
    const events = history(
      ['ExecutionStarted'],
      ['MapStateEntered', { name: 'Convert' }],
      ['MapRunStarted', { mapRunArn: 'arn:1' }],
      ['MapRunFailed', boom],
      ['ExecutionFailed', boom],
      ['ExecutionRedriven'],
      ['MapRunRedriven', { mapRunArn: 'arn:1' }],
    );
    const running = stateReports(events, 'RUNNING', 100).get('Convert');
    expect(running).toMatchObject({ status: 'running', seconds: 99, mapRunArns: ['arn:1'] });
    const left = { ...history(['MapStateExited', { name: 'Convert' }])[0], id: 8, previousEventId: 7, timestamp: 7 };
    const ended = stateReports([...events, left as HistoryEvent], 'SUCCEEDED', 100).get('Convert');
    expect(ended).toMatchObject({ status: 'succeeded', visits: 1 });
  });

  it('tells a caught error from the one that ended the execution', () => {
    const events = history(
      ['ExecutionStarted'],
      ['TaskStateEntered', { name: 'Read' }],
      ['TaskScheduled'],
      ['TaskFailed', boom],
      ['TaskStateExited', { name: 'Read' }],
      ['FailStateEntered', { name: 'Give up' }],
      ['ExecutionFailed', { error: 'Given up', cause: 'for good' }],
    );
    const reports = stateReports(events, 'FAILED', 100);
    expect(reports.get('Read')).toMatchObject({ status: 'caught', ...boom });
    expect(reports.get('Give up')).toMatchObject({ status: 'failed', error: 'Given up', seconds: 1 });
  });
});

describe.each(['ProductImport', 'SweepImages', 'ConvertImages'] as const)('layoutOf %s', (name) => {
  let definition: Definition;
  let layout: Layout;
  beforeAll(async () => {
    definition = definitionOf(await synthesizedTemplate(), name);
    layout = layoutOf(definition);
  });

  it('places every state once, inside of what it is in, and none upon another', () => {
    const names = everyNode(layout).map((node) => node.name);
    const states = names.filter((one) => one !== startNode && one !== endNode);
    expect(states.sort()).toEqual(
      allStates(definition)
        .map(([state]) => state)
        .sort(),
    );
    for (const { nodes, width, height } of everyLayout(layout)) {
      for (const node of nodes) {
        expect(node.x).toBeGreaterThanOrEqual(0);
        expect(node.y).toBeGreaterThanOrEqual(0);
        expect(node.x + node.width).toBeLessThanOrEqual(width);
        expect(node.y + node.height).toBeLessThanOrEqual(height);
        expect(nodes.filter((other) => other !== node && overlap(node, other))).toEqual([]);
      }
    }
  });

  it('draws every Catch', () => {
    const caught = Object.values(definition.States).flatMap(({ Catch = [] }) => Catch);
    expect(layout.edges.filter(({ kind }) => kind === 'catch')).toHaveLength(caught.length);
  });
});

const everyLayout = (layout: Layout): Layout[] => [
  layout,
  ...layout.nodes.flatMap(({ inner }) => inner.flatMap(everyLayout)),
];
const everyNode = (layout: Layout): GraphNode[] => everyLayout(layout).flatMap(({ nodes }) => nodes);
const overlap = (a: GraphNode, b: GraphNode) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

describe('createPace', () => {
  const execution = { executionArn: 'arn', name: 'one', startDate: 0 };

  it('measures a running execution over the last seconds, and says how long the rest takes', () => {
    let now = 100;
    const pace = createPace(() => now);
    const running = { ...execution, status: 'RUNNING' } as const;
    expect(pace(running, { total: 100, converted: 10, failed: 0 })).toEqual({ perSecond: null, secondsLeft: null });
    now += 10;
    expect(pace(running, { total: 100, converted: 29, failed: 1 })).toEqual({ perSecond: 2, secondsLeft: 35 });
    now += 10;
    expect(pace(running, { total: 100, converted: 69, failed: 1 })).toEqual({ perSecond: 4, secondsLeft: 7.5 });
  });

  it('measures one that has ended over all of its time', () => {
    const ended = { ...execution, status: 'SUCCEEDED', stopDate: 20 } as const;
    expect(createPace()(ended, { total: 60, converted: 55, failed: 5 })).toEqual({ perSecond: 3, secondsLeft: null });
  });
});
