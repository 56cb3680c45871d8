import { closeSync, fchmodSync, fstatSync, openSync } from 'node:fs';

/**
 * Makes a file readable by its owner alone, creating it empty where it is missing. SQLite gives what it writes beside a
 * database the database's own mode.
 */
export function makePrivate(file: string): void {
  const descriptor = openSync(file, 'a', 0o600);
  // The mode above is for a new file only; a device, such as /dev/null, keeps its own.
  if (fstatSync(descriptor).isFile()) fchmodSync(descriptor, 0o600);
  closeSync(descriptor);
}
