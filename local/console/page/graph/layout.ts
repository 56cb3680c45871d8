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
  /** What is inside a Map or Parallel. */
  inner: Layout[];
};
export type Layout = { nodes: GraphNode[]; edges: GraphEdge[]; width: number; height: number };
type Link = Omit<GraphEdge, 'points'>;

/** Names that no state has: they are of 1 to 80 characters. */
export const startNode = 'start'.padEnd(81);
export const endNode = 'end'.padEnd(81);

const stateSize = { width: 190, height: 44 };
const terminalSize = { width: 54, height: 24 };
/** Around what is inside a Map, with room for its title. */
export const mapPadding = { top: 52, side: 10 };
/** To the right of all states, for the edges of Catch. */
const catchLane = 26;

/** Places the states of a definition from top to bottom, what is inside Maps and Parallels included. */
export function layoutOf({ StartAt, States }: Definition): Layout {
  const links = linksOf(StartAt, States);
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'TB', nodesep: 24, ranksep: 28, edgesep: 14, marginx: 4, marginy: 4 });
  const inner = new Map(Object.entries(States).map(([name, state]) => [name, processorsOf(state).map(layoutOf)]));
  for (const name of [startNode, endNode]) graph.setNode(name, { ...terminalSize });
  for (const name of Object.keys(States)) graph.setNode(name, { ...sizeAround(inner.get(name) ?? []) });
  // The states that most errors lead to would pull all others out of line: their edges have a lane of their own. The last
  // one stays, so that they stand below those that they follow.
  const placing = links.filter(({ kind, to }, index) => kind !== 'catch' || lastCatch(links, to) === index);
  placing.forEach(({ from, to, kind }, index) => {
    graph.setEdge(from, to, { weight: kind === 'catch' ? 1 : 8, minlen: 1 }, String(index));
  });
  layOut(graph);
  const nodes = graph.nodes().map((name: string): GraphNode => {
    const { x, y, width, height } = graph.node(name);
    const corner = { x: x - width / 2, y: y - height / 2, width, height };
    return { name, type: States[name]?.Type ?? 'Terminal', ...corner, inner: inner.get(name) ?? [] };
  });
  const { width = 0, height = 0 } = graph.graph();
  const hasCatch = links.some(({ kind }) => kind === 'catch');
  const edges = links.map((link): GraphEdge => {
    if (link.kind === 'catch') return { ...link, points: besides(nodes, link, width + catchLane / 2) };
    return { ...link, points: graph.edge(link.from, link.to, String(placing.indexOf(link))).points };
  });
  return { nodes, edges, width: width + (hasCatch ? catchLane : 0), height };
}

const lastCatch = (links: readonly Link[], target: string) =>
  links.findLastIndex(({ kind, to }) => kind === 'catch' && to === target);

/** From the right side of one state along the lane at `x` to the right side of another. */
function besides(nodes: readonly GraphNode[], { from, to }: Link, x: number): Point[] {
  const sideOf = (name: string): Point => {
    const node = nodes.find((one) => one.name === name);
    if (node === undefined) throw new Error(`Catch of "${from}" leads to "${to}", which is no state`);
    // Of a Map, at its title.
    return { x: node.x + node.width, y: node.y + Math.min(node.height, stateSize.height) / 2 };
  };
  const [begin, end] = [sideOf(from), sideOf(to)];
  return [begin, { x, y: begin.y }, { x, y: end.y }, end];
}

function processorsOf({ ItemProcessor, Branches = [] }: State): Definition[] {
  return ItemProcessor === undefined ? Branches : [ItemProcessor];
}

function sizeAround(inner: readonly Layout[]): { width: number; height: number } {
  if (inner.length === 0) return stateSize;
  const width = inner.reduce((sum, one) => sum + one.width + mapPadding.side, mapPadding.side);
  const height = Math.max(...inner.map((one) => one.height)) + mapPadding.top + mapPadding.side;
  return { width: Math.max(width, stateSize.width), height };
}

function linksOf(startAt: string, states: Record<string, State>): Link[] {
  const links = Object.entries(states).flatMap(([from, { Next, Default, Choices = [], Catch = [], Type, End }]) => [
    ...(Next === undefined ? [] : [{ from, to: Next, kind: 'next' as const }]),
    ...Choices.map((choice) => ({ from, to: choice.Next, kind: 'choice' as const })),
    ...(Default === undefined ? [] : [{ from, to: Default, kind: 'choice' as const }]),
    ...Catch.map((caught) => ({ from, to: caught.Next, kind: 'catch' as const })),
    ...(End || Type === 'Succeed' || Type === 'Fail' ? [{ from, to: endNode, kind: 'next' as const }] : []),
  ]);
  return [{ from: startNode, to: startAt, kind: 'next' }, ...links];
}
