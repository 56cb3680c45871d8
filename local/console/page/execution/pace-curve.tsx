import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { HostGroup } from '../../types.ts';
import { moment } from '../format.ts';

const size = { width: 520, height: 150 };

/** Lanes that each Take was granted, over time; nothing before the second. */
export function PaceCurve({ title, takes }: { title: string; takes: HostGroup['takes'] }) {
  const element = useRef<HTMLDivElement>(null);
  const key = JSON.stringify(takes);
  useEffect(() => {
    const into = element.current;
    if (into === null || takes.length < 2) return;
    const style = getComputedStyle(into);
    const axis = {
      stroke: style.color,
      grid: { stroke: style.borderBottomColor, width: 1 },
      ticks: { show: false },
      font: '11px system-ui, sans-serif',
    };
    const plot = new uPlot(
      {
        ...size,
        width: Math.min(size.width, into.clientWidth || size.width),
        legend: { show: false },
        cursor: { show: false },
        axes: [
          { ...axis, values: (_plot, seconds) => seconds.map(moment) },
          { ...axis, incrs: [1, 2, 4, 8, 16, 32], size: 36 },
        ],
        scales: { y: { range: (_plot, _from, to) => [0, Math.max(1, to + 1)] } },
        series: [
          {},
          {
            stroke: style.outlineColor,
            width: 2,
            paths: uPlot.paths.stepped?.({ align: 1 }),
            points: { show: true, size: 6 },
          },
        ],
      },
      [takes.map(({ at }) => at / 1000), takes.map(({ lanes }) => lanes)],
      into,
    );
    return () => plot.destroy();
  }, [key]);
  if (takes.length < 2) return null;
  const lanes = takes.map((take) => take.lanes);
  return (
    <figure>
      <figcaption>
        Pace of {title}: {lanes[0]} lanes at first, {lanes.at(-1)} at last, {Math.max(...lanes)} at most
      </figcaption>
      <div ref={element} class="curve" aria-hidden="true" />
    </figure>
  );
}
