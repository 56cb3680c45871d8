/** Runs every property test once more with a random seed, which is printed. Arguments are vitest's. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { glob, readFile } from 'node:fs/promises';

const files: string[] = [];
for await (const file of glob('test/**/*.test.ts')) {
  if ((await readFile(file, 'utf8')).includes("from 'fast-check'")) files.push(file);
}
const seed = process.env.PROPERTY_SEED ?? String(Math.floor(Math.random() * 2 ** 31));
process.stdout.write(`PROPERTY_SEED=${seed}: ${files.length} files with property tests\n`);
const vitest = spawn('vitest', ['run', ...process.argv.slice(2), ...files.sort()], {
  stdio: 'inherit',
  env: { ...process.env, PROPERTY_SEED: seed },
});
const [code] = await once(vitest, 'exit');
if (code !== 0) process.stderr.write(`error: a property does not hold: PROPERTY_SEED=${seed} npm test repeats it\n`);
process.exitCode = code === 0 ? 0 : 1;
