import { useRef, useState } from 'preact/hooks';
import type { ListedImport } from '../types.ts';
import { query, stepFunctions } from './api.ts';
import { count, duration, moment, oneLine, words } from './format.ts';
import { usePolled } from './hooks.ts';
import { createPace, type Pace } from './pace.ts';
import { Problem, Progress, Status, Table } from './parts.tsx';
import type { Execution, ExecutionListItem } from './step-functions.ts';

type Machine = { name: string; stateMachineArn: string; type: string };
type Row = ExecutionListItem & { import: ListedImport | null; reason: string | null; pace: Pace };

const statuses = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'];

export function ExecutionsPage() {
  const [status, setStatus] = useState('');
  const [supplier, setSupplier] = useState('');
  const [machineName, setMachine] = useState('ProductImport');
  const pace = useRef(createPace()).current;
  const reasons = useRef(new Map<string, string>()).current;
  const { data, error } = usePolled(() => readRows(machineName, status, pace, reasons), `${machineName} ${status}`);
  const rows = data?.rows ?? [];
  const suppliers = [...new Set(rows.flatMap((row) => row.import?.supplier ?? []))].sort();
  const shown = rows.filter((row) => supplier === '' || row.import?.supplier === supplier);
  return (
    <>
      <h1>Executions</h1>
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        <label>
          State machine
          <select value={machineName} onChange={(event) => setMachine(event.currentTarget.value)}>
            {(data?.machines ?? [machineName]).map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label>
          Status
          <select value={status} onChange={(event) => setStatus(event.currentTarget.value)}>
            <option value="">all</option>
            {statuses.map((value) => (
              <option key={value} value={value}>
                {words(value)}
              </option>
            ))}
          </select>
        </label>
        <label>
          Supplier
          <select value={supplier} onChange={(event) => setSupplier(event.currentTarget.value)}>
            <option value="">all</option>
            {[...new Set([...suppliers, ...(supplier ? [supplier] : [])])].map((code) => (
              <option key={code}>{code}</option>
            ))}
          </select>
        </label>
      </form>
      <Problem message={error} />
      {data === null ? (
        <p>Reading…</p>
      ) : shown.length === 0 ? (
        <p>
          Nothing here yet. <a href="#/drop">Drop a spreadsheet</a>, or run{' '}
          <code>npm run import -- FILE --supplier CODE</code>.
        </p>
      ) : (
        <Table
          label="Executions"
          heads={[
            'File',
            'Supplier',
            'Status',
            'Images',
            'Map Run items',
            'Images/s',
            'Time left',
            'Duration',
            'Started',
          ]}
          numbers={['Images/s', 'Time left', 'Duration']}
          isCards
        >
          {shown.map((row) => (
            <ExecutionRow key={row.executionArn} row={row} />
          ))}
        </Table>
      )}
    </>
  );
}

function ExecutionRow({ row }: { row: Row }) {
  const { import: known, status, pace } = row;
  const images = known?.images ?? { total: 0, converted: 0, failed: 0 };
  const items = known?.items ?? { total: 0, succeeded: 0, failed: 0 };
  const shownStatus = status === 'SUCCEEDED' && known !== null ? known.status : status;
  return (
    <tr>
      <td data-label="File">
        <a href={`#/executions/${encodeURIComponent(row.executionArn)}`}>{known?.file ?? row.name}</a>
        {row.reason !== null && <div class="reason">{row.reason}</div>}
      </td>
      <td data-label="Supplier">{known?.supplier ?? '–'}</td>
      <td data-label="Status">
        <Status value={shownStatus} />
      </td>
      <td data-label="Images">
        <Progress done={images.converted + images.failed} total={images.total} of="images" />
        {images.failed > 0 && <div class="faint">{count(images.failed)} failed</div>}
      </td>
      <td data-label="Map Run items">
        <Progress done={items.succeeded + items.failed} total={items.total} of="Map Run items" />
      </td>
      <td class="number" data-label="Images/s">
        {pace.perSecond === null ? '–' : pace.perSecond.toFixed(1)}
      </td>
      <td class="number" data-label="Time left">
        {pace.secondsLeft === null ? '–' : duration(pace.secondsLeft)}
      </td>
      <td class="number" data-label="Duration">
        {duration((row.stopDate ?? Date.now() / 1000) - row.startDate)}
      </td>
      <td data-label="Started">{moment(row.startDate)}</td>
    </tr>
  );
}

async function readRows(
  machineName: string,
  statusFilter: string,
  pace: ReturnType<typeof createPace>,
  reasons: Map<string, string>,
): Promise<{ machines: string[]; rows: Row[] }> {
  const { stateMachines } = await stepFunctions<{ stateMachines: Machine[] }>('ListStateMachines', {});
  // Step Functions keeps no list of Express executions.
  const machines = stateMachines.filter(({ type }) => type === 'STANDARD');
  const machine = machines.find(({ name }) => name === machineName) ?? machines[0];
  if (machine === undefined) return { machines: [], rows: [] };
  const [{ executions }, imports] = await Promise.all([
    stepFunctions<{ executions: ExecutionListItem[] }>('ListExecutions', {
      stateMachineArn: machine.stateMachineArn,
      ...(statusFilter && { statusFilter }),
      maxResults: 100,
    }),
    query<ListedImport[]>('imports'),
  ]);
  const importOf = new Map(imports.map((one) => [one.executionArn, one]));
  const rows = executions.map(async (execution) => {
    const known = importOf.get(execution.executionArn) ?? null;
    const reason = known?.reason ?? (await reasonOf(execution, reasons));
    return {
      ...execution,
      import: known,
      reason: reason && oneLine(reason),
      pace: pace(execution, known?.images ?? null),
    };
  });
  return { machines: machines.map(({ name }) => name), rows: await Promise.all(rows) };
}

/** Of an execution that ended before it registered its import. */
async function reasonOf({ executionArn, status }: ExecutionListItem, reasons: Map<string, string>) {
  if (status === 'RUNNING' || status === 'SUCCEEDED') return null;
  const known = reasons.get(executionArn);
  if (known !== undefined) return known;
  const { error = words(status), cause = '' } = await stepFunctions<Execution>('DescribeExecution', { executionArn });
  const reason = cause === '' ? error : `${error}: ${cause}`;
  reasons.set(executionArn, reason);
  return reason;
}
