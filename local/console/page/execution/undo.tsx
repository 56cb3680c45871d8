import { useState } from 'preact/hooks';
import type { StartedUndo } from '../../types.ts';
import { post } from '../api.ts';
import { count } from '../format.ts';
import { Count, Problem } from '../parts.tsx';

/** Undoes an import, in two steps: nothing is restored before a dry run has said what that would be. */
export function UndoSection({ executionArn }: { executionArn: string }) {
  const [busy, setBusy] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [would, setWould] = useState<StartedUndo['would']>(null);

  const work = async (doing: string, dryRun: boolean) => {
    setBusy(doing);
    setProblem(null);
    try {
      const started = await post<StartedUndo>('undo', { import: executionArn.split(':').at(-1), dryRun });
      if (dryRun) setWould(started.would);
      else location.hash = `#/executions/${encodeURIComponent(started.executionArn)}`;
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
    setBusy('');
  };
  return (
    <section aria-label="Undo">
      <h2>Undo</h2>
      <p>Brings the supplier’s products to what they were before this import.</p>
      {would === null && (
        <button type="button" disabled={busy !== ''} onClick={() => work('Trying it out…', true)}>
          What would be restored?
        </button>
      )}
      <p role="status">{busy}</p>
      <Problem message={problem} />
      {would !== null && (
        <>
          <dl class="counts">
            <Count of="products restored" value={would.products} />
            <Count of="products left alone" value={would.leftAlone} />
            {Object.entries(would.changes).map(([field, products]) => (
              <Count key={field} of={`with another ${field}`} value={products} />
            ))}
          </dl>
          {would.leftAlone > 0 && <p>Those left alone were changed again since: undo what changed them first.</p>}
          <button type="button" class="main" disabled={busy !== ''} onClick={() => work('Undoing…', false)}>
            Undo the import of {count(would.products)} products
          </button>{' '}
          <button type="button" disabled={busy !== ''} onClick={() => setWould(null)}>
            Leave it
          </button>
        </>
      )}
    </section>
  );
}
