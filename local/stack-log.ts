import { closeSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { makePrivate } from './aws/private-file.ts';

/**
 * Appends lines to a log that its owner alone may read. A file of `limitBytes` becomes `FILE.old` and a new one is begun.
 * Where a line cannot be written, as on a full disk, `onFailure` is told once, and nothing is written from then on.
 */
export function openStackLog(
  file: string,
  onFailure: (error: Error) => void,
  limitBytes = 50 * 1024 * 1024,
): (line: string) => void {
  const open = () => {
    makePrivate(file);
    return { descriptor: openSync(file, 'a'), size: statSync(file).size };
  };
  let log = open();
  let failed = false;
  return (line) => {
    if (failed) return;
    try {
      if (log.size > limitBytes) {
        closeSync(log.descriptor);
        renameSync(file, `${file}.old`);
        log = open();
      }
      log.size += writeSync(log.descriptor, `${line}\n`);
    } catch (error) {
      failed = true;
      onFailure(new Error(`Cannot write ${file}: ${describe(error)}`, { cause: error }));
    }
  };
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && error.code === 'ENOSPC' ? 'the disk is full' : error.message;
}
