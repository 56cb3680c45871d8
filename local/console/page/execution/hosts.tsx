import type { HostGroup } from '../../types.ts';
import { query } from '../api.ts';
import { count, duration } from '../format.ts';
import { usePolled } from '../hooks.ts';
import { Problem, Progress, Status, Table } from '../parts.tsx';
import { PaceCurve } from './pace-curve.tsx';

/** What "Convert images" does at each host. Nothing where an execution converts none. */
export function HostTables({ executionArn, isLive }: { executionArn: string; isLive: boolean }) {
  const ask = () => query<HostGroup[]>('hosts', { execution: executionArn });
  const { data, error } = usePolled(ask, `${executionArn} ${isLive}`, isLive);
  if (data === null || data.length === 0) return <Problem message={error} />;
  return (
    <section>
      <h2>Hosts</h2>
      <Problem message={error} />
      <Table label="Hosts" heads={['Host', 'Child', 'Images', 'Batches', 'Pace', 'Hold']} numbers={['Batches', 'Pace']}>
        {data.flatMap((group) =>
          group.hosts.map((host) => <HostRow key={group.executionArn + host.host} group={group} host={host} />),
        )}
      </Table>
      {data.map((group) => (
        <PaceCurve key={group.executionArn} title={titleOf(group)} takes={group.takes} />
      ))}
    </section>
  );
}

function HostRow({ group, host }: { group: HostGroup; host: HostGroup['hosts'][number] }) {
  const { batches } = group;
  return (
    <tr>
      <td class="breakable host">{host.host}</td>
      <td>
        <a
          href={`#/executions/${encodeURIComponent(group.executionArn)}`}
          aria-label={`Child execution of ${host.host}: ${group.status}`}
        >
          <Status value={group.status} />
        </a>
      </td>
      <td>
        <Progress done={host.converted + host.failed} total={host.total} of={`images of ${host.host}`} />
        {host.failed > 0 && <div class="faint">{count(host.failed)} failed</div>}
      </td>
      <td class="number">
        {count(batches.succeeded)} of {count(batches.total)}
        {batches.running > 0 && <div class="faint">{count(batches.running)} running</div>}
        {batches.failed > 0 && <div class="faint">{count(batches.failed)} failed</div>}
      </td>
      <td class="number" title="requests at once that the host bears">
        {host.concurrency ?? '–'}
      </td>
      <td>{host.holdUntil === null ? '–' : `for ${duration((Date.parse(host.holdUntil) - Date.now()) / 1000)}`}</td>
    </tr>
  );
}

function titleOf({ hosts: [first, ...others] }: HostGroup): string {
  if (first === undefined) return 'no host';
  return others.length === 0 ? first.host : `${first.host} and ${others.length} more`;
}
