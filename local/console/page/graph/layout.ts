import { Graph, layout as layOut } from '@dagrejs/dagre';
import type { Definition, State } from '../step-functions.ts';

export type Point = { x: number; y: number };
export type EdgeKind = 'next' | 'choice' | 'catch';
export type GraphEdge = { from: string; to: string; kind: EdgeKind; points: Point[] };
/** `x` and `y` are of the upper left corner, in pixels of the layout that the node is in. */
export type GraphNode = {
  name: string;
  type: string;
  x: number;
  y: number;
  width: number;
  height: number;
  inner: Layout[];
};
export type Layout = { nodes: GraphNode[]; edges: GraphEdge[]; width: number; height: number };

/** Names that no state has: they are of 1 to 80 characters. */
export const startNode = 'start'.padEnd(81);
export const endNode = 'end'.padEnd(81);

const state = { width: 178, height: 44 };
const terminal = { width: 54, height: 24 };
/** Around what is inside a Map, with room for its title. */
export const mapPadding = { top: 52, side: 10 };

/** Places the states of a definition from top to bottom, what is inside Maps and Parallels included. */
export function layoutOf({ StartAt, States }: Definition): Layout {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'TB', nodesep: 22, ranksep: 30, edgesep: 12, marginx: 4, marginy: 4 });
  graph.setDefaultEdgeLabel(() => ({}));
  const inner = new Map(Object.entries(States).map(([name, one]) => [name, processorsOf(one).map(layoutOf)]));
  for (const name of Object.keys(States)) graph.setNode(name, { ...sizeAround(inner.get(name) ?? []) });
  const edges = edgesOf(StartAt, States);
  for (const name of [startNode, endNode]) graph.setNode(name, { ...terminal });
  // What follows stands below what it follows; where an error leads may stand aside.
  edges.forEach(({ from, to, kind }, index) => {
    graph.setEdge(from, to, { weight: kind === 'catch' ? 0 : 4, minlen: 1 }, String(index));
  });
  layOut(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width,
    height,
    nodes: graph.nodes().map((name) => {
      const { x, y, width, height } = graph.node(name);
      const corner = { x: x - width / 2, y: y - height / 2, width, height };
      return { name, type: States[name]?.Type ?? 'Terminal', ...corner, inner: inner.get(name) ?? [] };
    }),
    edges: edges.map((edge, index) => ({ ...edge, points: graph.edge(edge.from, edge.to, String(index)).points })),
  };
}

function processorsOf({ ItemProcessor, Branches = [] }: State): Definition[] {
  return ItemProcessor === undefined ? Branches : [ItemProcessor];
}

function sizeAround(inner: readonly Layout[]): { width: number; height: number } {
  if (inner.length === 0) return state;
  const width = inner.reduce((sum, { width }) => sum + width + mapPadding.side, mapPadding.side);
  const height = Math.max(...inner.map((one) => one.height)) + mapPadding.top + mapPadding.side;
  return { width: Math.max(width, state.width), height };
}

function edgesOf(startAt: string, states: Record<string, State>): Omit<GraphEdge, 'points'>[] {
  const edges = Object.entries(states).flatMap(([from, { Next, Default, Choices = [], Catch = [], Type, End }]) => [
    ...(Next === undefined ? [] : [{ from, to: Next, kind: 'next' as const }]),
    ...Choices.map((choice) => ({ from, to: choice.Next, kind: 'choice' as const })),
    ...(Default === undefined ? [] : [{ from, to: Default, kind: 'choice' as const }]),
    ...Catch.map((caught) => ({ from, to: caught.Next, kind: 'catch' as const })),
    ...(End || Type === 'Succeed' || Type === 'Fail' ? [{ from, to: endNode, kind: 'next' as const }] : []),
  ]);
  return [{ from: startNode, to: startAt, kind: 'next' }, ...edges];
}
