import { useEffect, useState } from 'preact/hooks';
import { supportedExtensions } from '../../../functions/register-import/file-type.ts';
import type { TriedOut } from '../types.ts';
import { post } from './api.ts';
import { count } from './format.ts';
import { Count, Problem, Table } from './parts.tsx';

/** A file is first tried out; nothing is written before "Import". */
export function DropPage() {
  const [supplier, setSupplier] = useState('');
  const [file, setFile] = useState<File | null>(null);
  const [isOver, setOver] = useState(false);
  const [busy, setBusy] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [tried, setTried] = useState<TriedOut | null>(null);

  useEffect(refuseStrayDrops, []);

  const work = async (doing: string, run: () => Promise<void>) => {
    setBusy(doing);
    setProblem(null);
    await run().catch((error: unknown) => setProblem(error instanceof Error ? error.message : String(error)));
    setBusy('');
  };
  const tryOut = (given: File, of: string) => {
    setFile(given);
    setTried(null);
    if (of === '') return setProblem('Say which supplier the file is of: the first part of its key in the bucket.');
    return work('Trying it out…', async () =>
      setTried(await post<TriedOut>('dry-run', given, { supplier: of, file: given.name })),
    );
  };
  const start = (given: File) =>
    work('Importing…', async () => {
      const { executionArn } = await post<{ executionArn: string }>('import', given, { supplier, file: given.name });
      location.hash = `#/executions/${encodeURIComponent(executionArn)}`;
    });
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const [given] = event.dataTransfer?.files ?? [];
    if (given) tryOut(given, supplier);
  };

  return (
    <>
      <h1>Drop a file</h1>
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          if (file) tryOut(file, supplier);
        }}
      >
        <label>
          Supplier
          <input
            required
            value={supplier}
            placeholder="acme"
            autocomplete="off"
            onInput={(event) => {
              setSupplier(event.currentTarget.value.trim());
              // What was tried out is another supplier's.
              setTried(null);
            }}
          />
        </label>
        <button type="submit" disabled={file === null || busy !== ''}>
          Try out
        </button>
      </form>
      <label
        class={`drop ${isOver ? 'over' : ''}`}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <span>{file === null ? 'Drag a spreadsheet here, or choose one' : file.name}</span>
        <input
          type="file"
          accept={supportedExtensions.join(',')}
          onChange={(event) => {
            const [given] = event.currentTarget.files ?? [];
            if (given) tryOut(given, supplier);
          }}
        />
      </label>
      <p role="status">{busy}</p>
      <Problem message={problem} />
      {tried !== null && file !== null && (
        <section aria-label="Dry run">
          <h2>
            If {file.name} were imported now ({tried.format})
          </h2>
          <dl class="counts">
            <Count of="rows read" value={tried.rows.read} />
            <Count of="rows rejected" value={tried.rows.rejected} />
            <Count of="products created" value={tried.products.created} />
            <Count of="products updated" value={tried.products.updated} />
            <Count of="products left" value={tried.products.unchanged} />
            <Count of="products deactivated" value={tried.products.deactivated} />
          </dl>
          <ProblemTable problems={tried.problems} />
          <ColumnTable columns={tried.columns} />
          <button type="button" class="main" disabled={busy !== ''} onClick={() => start(file)}>
            Import
          </button>
        </section>
      )}
    </>
  );
}

/** A file that misses the field would be opened by the browser instead of this page. */
function refuseStrayDrops(): () => void {
  const refuse = (event: Event) => event.preventDefault();
  for (const type of ['dragover', 'drop']) addEventListener(type, refuse);
  return () => {
    for (const type of ['dragover', 'drop']) removeEventListener(type, refuse);
  };
}

function ColumnTable({ columns }: Pick<TriedOut, 'columns'>) {
  return (
    <>
      <h3>How its columns are read</h3>
      <Table label="Columns" heads={['Column', 'Header', 'Read as', 'Why', 'Example']}>
        {columns.map(({ place, header, readAs, why, examples: [example] }) => (
          <tr key={place}>
            <td dir="auto">{place}</td>
            <td dir="auto">{header}</td>
            <td>{readAs}</td>
            <td>{why}</td>
            <td dir="auto">{example}</td>
          </tr>
        ))}
      </Table>
    </>
  );
}

function ProblemTable({ problems: { top, errors, warnings } }: { problems: TriedOut['problems'] }) {
  if (top.length === 0) return <p>No problems, and nothing that had to be guessed.</p>;
  return (
    <>
      <h3>
        {count(errors)} errors, {count(warnings)} warnings and guesses
      </h3>
      <Table label="Problems" heads={['Problem', 'Severity', 'Count', 'First']} numbers={['Count']}>
        {top.map(({ code, severity, count: found, example }) => (
          <tr key={`${code} ${severity}`}>
            <td>
              <code>{code}</code>
            </td>
            <td>{severity}</td>
            <td class="number">{count(found)}</td>
            <td dir="auto">{example}</td>
          </tr>
        ))}
      </Table>
    </>
  );
}
