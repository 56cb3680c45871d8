/** `npm run migrations -- --name add_x`: drizzle-kit's migration from a changed schema, in which views keep their rights. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keepViewRights } from './keep-view-rights.ts';

const directory = 'schema/migrations';
const { status } = spawnSync('drizzle-kit', ['generate', ...process.argv.slice(2)], { stdio: 'inherit' });
for (const name of readdirSync(directory).filter((file) => file.endsWith('.sql'))) {
  const path = join(directory, name);
  const migration = readFileSync(path, 'utf8');
  const kept = keepViewRights(migration);
  if (kept !== migration) writeFileSync(path, kept);
}
process.exitCode = status ?? 1;
