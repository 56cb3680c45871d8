import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { OwedImages } from '../types.ts';
import { post, query } from './api.ts';
import { count, moment } from './format.ts';
import { usePolled } from './hooks.ts';
import { Problem, Status, Table } from './parts.tsx';

type Started = { executionArn: string };

/** What waits, failed or was given up, and what to do about it. */
export function ImagesPage() {
  const { data, error } = usePolled(() => query<OwedImages[]>('images'), 'images');
  const [outcome, setOutcome] = useState<ComponentChildren>('');
  const [isBusy, setBusy] = useState(false);
  const sweep = async (retryFailed?: { supplier: string; code?: string }) => {
    setBusy(true);
    try {
      const { executionArn } = await post<Started>('sweep', { retryFailed });
      setOutcome(
        <>
          The sweep runs until nothing is due: <a href={`#/executions/${encodeURIComponent(executionArn)}`}>watch it</a>
          .
        </>,
      );
    } catch (failed) {
      setOutcome(failed instanceof Error ? failed.message : String(failed));
    }
    setBusy(false);
  };
  const total = (state: OwedImages['state']) =>
    (data ?? []).filter((group) => group.state === state).reduce((sum, group) => sum + group.count, 0);
  return (
    <>
      <h1>Images</h1>
      <Problem message={error} />
      <div class="facts">
        <span>{count(total('waiting'))} wait</span>
        <span>{count(total('retried'))} failed and are tried again</span>
        <span>{count(total('given up'))} given up</span>
        <button type="button" disabled={isBusy} onClick={() => sweep()}>
          Sweep now
        </button>
      </div>
      <p role="status">{outcome}</p>
      {data?.length === 0 && <p>Every image is converted: nothing is owed.</p>}
      {data !== null && data.length > 0 && (
        <Table
          label="Images that are not converted"
          heads={['Supplier', 'Host', 'State', 'Images', 'Code', 'What to do']}
          numbers={['Images']}
          isCards
        >
          {data.map((group) => (
            <tr key={`${group.supplier} ${group.host} ${group.state} ${group.code}`}>
              <td data-label="Supplier">{group.supplier}</td>
              <td class="breakable host" data-label="Host">
                {group.host}
              </td>
              <td data-label="State">
                <Status value={group.state} />
                {group.nextAttemptAt !== null && (
                  <div class="faint">due {moment(Date.parse(group.nextAttemptAt) / 1000)}</div>
                )}
              </td>
              <td class="number" data-label="Images">
                {count(group.count)}
              </td>
              <td data-label="Code">{group.code === null ? '–' : <code>{group.code}</code>}</td>
              <td class="what" data-label="What to do">
                <WhatToDo group={group} />
                {group.state === 'given up' && (
                  <button
                    type="button"
                    disabled={isBusy}
                    aria-label={`Try these again: ${group.code} of ${group.supplier}`}
                    onClick={() => sweep({ supplier: group.supplier, code: group.code ?? undefined })}
                  >
                    Try these again
                  </button>
                )}
              </td>
            </tr>
          ))}
        </Table>
      )}
    </>
  );
}

/** What stands between backticks is typed as it is. */
function withCode(text: string) {
  return text.split('`').map((part, index) => (index % 2 === 0 ? part : <code key={part}>{part}</code>));
}

function WhatToDo({ group: { meaning, action, message, example } }: { group: OwedImages }) {
  return (
    <>
      {meaning !== null && <p>Not converted: {meaning}.</p>}
      {action !== null && <p>{withCode(action)}</p>}
      <details>
        <summary>One of them</summary>
        <p class="breakable">{example}</p>
        {message !== null && <p class="breakable">{message}</p>}
      </details>
    </>
  );
}
