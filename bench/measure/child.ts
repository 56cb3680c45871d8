/** One task in a process of its own, see inChild: `node bench/child.ts TASK INPUT`. */
import { peakMegabytes, type Task } from './measure.ts';

// Whoever asked is gone.
process.once('disconnect', () => process.exit(1));

const [, , name, input = 'null'] = process.argv;
const { run }: { run: Task } = await import(new URL(`../tasks/${name}.ts`, import.meta.url).href);
const start = performance.now();
const result = await run(JSON.parse(input));
const seconds = (performance.now() - start) / 1000;
process.send?.({ ...result, seconds, peakMegabytes: peakMegabytes() }, () => process.exit(0));
