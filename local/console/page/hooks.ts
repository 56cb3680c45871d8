import { useEffect, useState } from 'preact/hooks';

export type Polled<T> = { data: T | null; error: string | null };

/** From one question to the next: with the time that an answer takes, what is shown is never a second old. */
const pollMilliseconds = 300;

/**
 * Asks three times a second while `isLive` and the page is looked at, less often where an answer takes long, so that half
 * of the time nothing is asked; once where it is not live. A failed question keeps the last answer. Asks anew where `key`
 * changes.
 */
export function usePolled<T>(ask: () => Promise<T>, key: string, isLive = true): Polled<T> {
  const [polled, setPolled] = useState<Polled<T> & { key: string }>({ key, data: null, error: null });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const again = async () => {
      const start = performance.now();
      if (!document.hidden) {
        try {
          const data = await ask();
          if (!isOver) setPolled({ key, data, error: null });
        } catch (error) {
          const message = error instanceof Error ? error.message : String(error);
          if (!isOver) setPolled((last) => ({ key, data: last.key === key ? last.data : null, error: message }));
        }
      }
      const took = performance.now() - start;
      if (!isOver && isLive) timer = setTimeout(again, Math.max(pollMilliseconds - took, took));
    };
    again();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [key, isLive]);
  return polled.key === key ? polled : { data: null, error: null };
}

/** The part of the address behind `#/`, split at slashes and decoded. */
export function useRoute(): string[] {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const read = () => setHash(location.hash);
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }, []);
  return hash.replace(/^#\//, '').split('/').map(decode);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
