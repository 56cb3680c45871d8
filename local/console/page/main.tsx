import { render } from 'preact';
import { DropPage } from './drop.tsx';
import { ExecutionPage } from './execution/execution.tsx';
import { ExecutionsPage } from './executions.tsx';
import { useRoute } from './hooks.ts';
import { ImagesPage } from './images.tsx';
import './console.css';

const pages = [
  { path: 'executions', title: 'Executions' },
  { path: 'images', title: 'Images' },
  { path: 'drop', title: 'Drop a file' },
] as const;

function Console() {
  const [path = '', argument] = useRoute();
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        Skip to the content
      </button>
      <header>
        <strong>supplier-import</strong>
        <nav aria-label="Pages">
          {pages.map((page) => (
            <a key={page.path} href={`#/${page.path}`} aria-current={isShown(page.path, path) ? 'page' : undefined}>
              {page.title}
            </a>
          ))}
        </nav>
      </header>
      <main id="main" tabIndex={-1}>
        <Page path={path} argument={argument} />
      </main>
    </>
  );
}

function Page({ path, argument }: { path: string; argument: string | undefined }) {
  if (path === 'executions' && argument !== undefined) return <ExecutionPage key={argument} executionArn={argument} />;
  if (path === 'images') return <ImagesPage />;
  if (path === 'drop') return <DropPage />;
  return <ExecutionsPage />;
}

const isShown = (page: string, path: string) => page === (pages.some((one) => one.path === path) ? path : 'executions');

const root = document.getElementById('console');
if (root !== null) render(<Console />, root);
