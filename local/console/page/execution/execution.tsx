import { useState } from 'preact/hooks';
import { duration, moment } from '../format.ts';
import { StateGraph } from '../graph/graph.tsx';
import { usePolled } from '../hooks.ts';
import { Problem, Status } from '../parts.tsx';
import { EventTable } from './events.tsx';
import { HostTables } from './hosts.tsx';
import { ImportOutcome } from './outcome.tsx';
import { readDefinition, readExecution } from './read-execution.ts';
import { StateDetails } from './state-details.tsx';

export function ExecutionPage({ executionArn }: { executionArn: string }) {
  const [isLive, setLive] = useState(true);
  const [selected, setSelected] = useState<string | null>(null);
  const { data: definition, error: unknown } = usePolled(() => readDefinition(executionArn), executionArn, false);
  const { data, error } = usePolled(
    async () => {
      const read = await readExecution(executionArn);
      if (read.execution.status !== 'RUNNING') setLive(false);
      return read;
    },
    executionArn,
    isLive,
  );
  if (definition === null || data === null) {
    return unknown === null && error === null ? <p>Reading…</p> : <Problem message={unknown ?? error} />;
  }
  const { execution, events, reports, items } = data;
  return (
    <>
      <nav aria-label="Where this is" class="faint">
        <a href="#/executions">Executions</a> / {execution.stateMachineArn.split(':').at(-1)}
      </nav>
      <h1 class="breakable">{execution.name}</h1>
      <Problem message={error} />
      <p class="facts">
        <Status value={execution.status} />
        <span>started {moment(execution.startDate)}</span>
        <span>{duration((execution.stopDate ?? Date.now() / 1000) - execution.startDate)}</span>
        {execution.mapRunArn !== undefined && <ParentLink mapRunArn={execution.mapRunArn} />}
      </p>
      {execution.error !== undefined && (
        <p class="problem breakable">
          <strong>{execution.error}</strong>: {execution.cause}
        </p>
      )}
      <div class="columns">
        <div>
          <h2>States</h2>
          <StateGraph
            definition={definition}
            reports={reports}
            items={items}
            selected={selected}
            onSelect={(name) => setSelected(selected === name ? null : name)}
          />
        </div>
        <div>
          {selected !== null && (
            <StateDetails
              key={`${selected} ${events.length}`}
              executionArn={executionArn}
              name={selected}
              status={execution.status}
              report={reports.get(selected)}
            />
          )}
          <HostTables executionArn={executionArn} isLive={isLive} />
          <ImportOutcome executionArn={executionArn} isLive={isLive} />
        </div>
      </div>
      <EventTable executionArn={executionArn} events={events} />
    </>
  );
}

/** The ARN of a Map Run tells its state machine, not the execution that started it. */
function ParentLink({ mapRunArn }: { mapRunArn: string }) {
  return <span class="breakable">child of Map Run {mapRunArn.split(':').slice(-2).join(':')}</span>;
}
