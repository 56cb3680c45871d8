import { duration, pretty } from '../format.ts';
import type { StateReport } from '../graph/state-statuses.ts';
import { stateReports } from '../graph/state-statuses.ts';
import { usePolled } from '../hooks.ts';
import { Problem, Status } from '../parts.tsx';
import type { ExecutionStatus } from '../step-functions.ts';
import { readHistory } from './read-execution.ts';

type Props = { executionArn: string; name: string; status: ExecutionStatus; report: StateReport | undefined };

/** What went into a state and came out of it, at its last visit. */
export function StateDetails({ executionArn, name, status, report }: Props) {
  const { data, error } = usePolled(
    async () => stateReports(await readHistory(executionArn, true), status, Date.now() / 1000).get(name) ?? null,
    `${executionArn} ${name}`,
    false,
  );
  return (
    <section class="details" aria-label={`State ${name}`}>
      <h2>{name}</h2>
      {report === undefined ? (
        <p>
          Not entered by this execution. What is inside a Map is run by the children of its Map Runs: see “Hosts”, or{' '}
          <code>aws stepfunctions list-executions --map-run-arn</code>.
        </p>
      ) : (
        <p class="facts">
          <Status value={report.status} />
          <span>{duration(report.seconds)}</span>
          <span>{report.visits === 1 ? 'one visit' : `${report.visits} visits`}</span>
          <span>{report.retries === 1 ? 'one retry' : `${report.retries} retries`}</span>
        </p>
      )}
      <Problem message={error} />
      {data?.error && (
        <>
          <h3>Error</h3>
          <pre>{`${data.error}\n${pretty(data.cause ?? '')}`}</pre>
        </>
      )}
      {data?.input && (
        <>
          <h3>Input</h3>
          <pre>{pretty(data.input)}</pre>
        </>
      )}
      {data?.output && (
        <>
          <h3>Output</h3>
          <pre>{pretty(data.output)}</pre>
        </>
      )}
    </section>
  );
}
