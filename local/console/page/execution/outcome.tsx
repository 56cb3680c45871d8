import type { ImportDetails } from '../../types.ts';
import { objectPath, query } from '../api.ts';
import { usePolled } from '../hooks.ts';
import { Problem } from '../parts.tsx';
import { UndoSection } from './undo.tsx';

/** What an import has left: its report and its first products with their pictures. */
export function ImportOutcome({ executionArn, isLive }: { executionArn: string; isLive: boolean }) {
  const ask = () => query<ImportDetails>('import', { execution: executionArn });
  const { data, error } = usePolled(ask, `${executionArn} ${isLive}`, isLive);
  const page = data?.reports.find((key) => key.endsWith('.html'));
  const files = data?.reports.filter((key) => key !== page) ?? [];
  return (
    <>
      <Problem message={error} />
      {data !== null && data.reports.length > 0 && (
        <section>
          <h2>Report</h2>
          <ul class="inline">
            {files.map((key) => (
              <li key={key}>
                <a href={objectPath('reports', key)}>{key.split('/').at(-1)}</a>
              </li>
            ))}
          </ul>
          {page !== undefined && (
            <iframe class="report" title="Report of this import" src={objectPath('reports', page)} />
          )}
        </section>
      )}
      {data?.mayBeUndone && <UndoSection key={executionArn} executionArn={executionArn} />}
      {data !== null && data.products.length > 0 && (
        <section>
          <h2>Products</h2>
          <ul class="products">
            {data.products.map(({ code, title, price, currency, thumbnail }) => (
              <li key={code}>
                {thumbnail === null ? (
                  <span class="no-picture">no picture</span>
                ) : (
                  <img src={objectPath('images', thumbnail)} alt="" />
                )}
                <span class="title" dir="auto">
                  {title}
                </span>
                <span class="faint">
                  {code} {price === null ? '' : `${Number(price)} ${currency}`}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
