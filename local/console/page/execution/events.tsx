import { useState } from 'preact/hooks';
import { moment, oneLine, pretty } from '../format.ts';
import { statesOfEvents } from '../graph/state-statuses.ts';
import { usePolled } from '../hooks.ts';
import { Table } from '../parts.tsx';
import { detailsOf, type HistoryEvent } from '../step-functions.ts';
import { readHistory } from './read-execution.ts';

const eventsShown = 200;

/** The history, newest first; each event opens. */
export function EventTable({ executionArn, events }: { executionArn: string; events: readonly HistoryEvent[] }) {
  const [opened, setOpened] = useState<number | null>(null);
  const [first] = events;
  const stateOf = statesOfEvents(events);
  const latest = events.slice(-eventsShown).reverse();
  return (
    <section>
      <h2>Events</h2>
      {events.length > eventsShown && (
        <p class="faint">
          The last {eventsShown} of {events.length}.
        </p>
      )}
      <Table label="Events" heads={['ID', 'Type', 'State', 'After', 'Time']} numbers={['ID', 'After']}>
        {latest.map((event) => {
          const { error, cause } = detailsOf(event);
          const problem = error === undefined ? '' : oneLine(`${error}: ${cause ?? ''}`);
          return (
            <tr key={event.id}>
              <td class="number">{event.id}</td>
              <td>
                <button
                  type="button"
                  class="link"
                  aria-expanded={opened === event.id}
                  onClick={() => setOpened(opened === event.id ? null : event.id)}
                >
                  {event.type}
                </button>
                {opened === event.id && <EventData executionArn={executionArn} id={event.id} />}
              </td>
              <td>
                {stateOf.get(event.id)}
                {problem !== '' && <div class="reason">{problem}</div>}
              </td>
              <td class="number">{`${(event.timestamp - (first?.timestamp ?? 0)).toFixed(2)} s`}</td>
              <td>{moment(event.timestamp)}</td>
            </tr>
          );
        })}
      </Table>
    </section>
  );
}

function EventData({ executionArn, id }: { executionArn: string; id: number }) {
  const { data } = usePolled(
    async () => (await readHistory(executionArn, true)).find((event) => event.id === id) ?? null,
    `${executionArn} ${id}`,
    false,
  );
  return data === null ? <p>Reading…</p> : <pre>{pretty(JSON.stringify(detailsOf(data)))}</pre>;
}
