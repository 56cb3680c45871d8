import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { duration, words } from '../format.ts';
import type { Definition } from '../step-functions.ts';
import { processorKind } from '../step-functions.ts';
import { endNode, type GraphEdge, type GraphNode, type Layout, layoutOf, mapPadding, startNode } from './layout.ts';
import type { StateReport } from './state-statuses.ts';

type Shown = {
  reports: ReadonlyMap<string, StateReport>;
  /** Beneath a Map's name, e.g. `12 of 40`. */
  items: ReadonlyMap<string, string>;
  definition: Definition;
  selected: string | null;
  onSelect: (name: string) => void;
};

/** Of .graph in graph.css, in pixels. */
const padding = 10;
/** Below it nobody can read the names. */
const smallestZoom = 0.7;

/** The states of an execution as in the AWS console; what is inside a Map runs elsewhere and has no status here. */
export function StateGraph(shown: Shown) {
  const { definition } = shown;
  const layout = useMemo(() => layoutOf(definition), [definition]);
  const frame = useRef<HTMLElement>(null);
  const [width, setWidth] = useState(layout.width);
  useLayoutEffect(() => {
    const measure = () => frame.current && setWidth(frame.current.clientWidth - 2 * padding);
    measure();
    addEventListener('resize', measure);
    return () => removeEventListener('resize', measure);
  }, []);
  const zoom = Math.min(1, Math.max(smallestZoom, width / layout.width));
  // Where it is wider than the page still, its beginning is in the middle.
  useLayoutEffect(() => {
    const start = layout.nodes.find(({ name }) => name === startNode);
    if (frame.current && start) frame.current.scrollLeft = (start.x + start.width / 2) * zoom - width / 2;
  }, [layout, zoom]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <section class="frame graph" aria-label="Graph of states" tabIndex={0} ref={frame}>
      <div style={{ zoom }}>
        <Area layout={layout} shown={shown} />
      </div>
    </section>
  );
}

function Area({ layout, shown }: { layout: Layout; shown: Shown }) {
  const { width, height, nodes, edges } = layout;
  return (
    <div class="area" style={{ width: `${width}px`, height: `${height}px` }}>
      <svg width={width} height={height} aria-hidden="true">
        {edges.map((edge) => (
          <Edge key={`${edge.from} ${edge.to} ${edge.points[0]?.x}`} edge={edge} reports={shown.reports} />
        ))}
      </svg>
      {nodes.map((node) => (
        <Node key={node.name} node={node} shown={shown} />
      ))}
    </div>
  );
}

function Node({ node, shown }: { node: GraphNode; shown: Shown }) {
  const { name, x, y, width, height, inner, type } = node;
  const place = { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` };
  if (name === startNode || name === endNode) {
    return (
      <div class="terminal" style={place}>
        {name.trim()}
      </div>
    );
  }
  const report = shown.reports.get(name);
  const status = report?.status ?? 'waiting';
  const notes = [
    processorKind(shown.definition.States[name]) ?? type,
    ...(report === undefined ? [] : [words(status)]),
    ...(report && report.retries > 0 ? [`retried ${report.retries} times`] : []),
    ...(report && report.visits > 1 ? [`${report.visits} visits`] : []),
    shown.items.get(name) ?? (report ? duration(report.seconds) : null),
  ].filter((note) => note !== null);
  const button = (
    <button
      type="button"
      class={`state ${status}`}
      data-state={name}
      data-status={status}
      aria-pressed={shown.selected === name}
      title={`${name}: ${notes.join(', ')}`}
      onClick={() => shown.onSelect(name)}
    >
      <span class="name">{name}</span>
      <span class="notes">{notes.join(' · ')}</span>
    </button>
  );
  if (inner.length === 0) {
    return (
      <div class="node" style={place}>
        {button}
      </div>
    );
  }
  let left = mapPadding.side;
  return (
    <div class={`node map ${status}`} style={place}>
      {button}
      {inner.map((layout, index) => {
        const at = { left: `${left}px`, top: `${mapPadding.top}px` };
        left += layout.width + mapPadding.side;
        // Of the Map's children: they are looked at by themselves.
        const within = { ...shown, reports: new Map(), definition: innerDefinition(shown.definition, name, index) };
        return (
          <div key={String(index)} class="inner" style={at}>
            <Area layout={layout} shown={within} />
          </div>
        );
      })}
    </div>
  );
}

function innerDefinition({ States }: Definition, name: string, index: number): Definition {
  const state = States[name];
  return state?.ItemProcessor ?? state?.Branches?.[index] ?? { StartAt: '', States: {} };
}

function Edge({ edge, reports }: { edge: GraphEdge; reports: Shown['reports'] }) {
  const [first, ...rest] = edge.points;
  const last = rest.at(-1);
  const before = rest.at(-2) ?? first;
  if (first === undefined || last === undefined || before === undefined) return null;
  const isTaken = wasTaken(edge, reports);
  const angle = (Math.atan2(last.y - before.y, last.x - before.x) * 180) / Math.PI;
  return (
    <g class={`edge ${edge.kind} ${isTaken ? 'taken' : ''}`}>
      <path d={`M${first.x},${first.y}${rest.map(({ x, y }) => `L${x},${y}`).join('')}`} />
      <path class="head" d="M0,0L-7,-3.5L-7,3.5Z" transform={`translate(${last.x},${last.y}) rotate(${angle})`} />
    </g>
  );
}

function wasTaken({ from, to, kind }: GraphEdge, reports: Shown['reports']): boolean {
  if (from === startNode) return reports.has(to);
  const report = reports.get(from);
  if (report === undefined) return false;
  if (to === endNode) return report.status === 'succeeded' || report.status === 'failed';
  return report.next.has(to) && (kind === 'catch') === (report.status === 'caught');
}
