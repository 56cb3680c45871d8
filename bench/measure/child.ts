/** One task in a process of its own, see inChild: `node child.ts TASK`, its input being the first message. */
import { once } from 'node:events';
import { peakMegabytes, type Task } from './measure.ts';

// Whoever asked is gone.
process.once('disconnect', () => process.exit(1));

const [, , name] = process.argv;
const [input] = await once(process, 'message');
const { run }: { run: Task } = await import(new URL(`../tasks/${name}.ts`, import.meta.url).href);
const start = performance.now();
const result = await run(input);
const seconds = (performance.now() - start) / 1000;
process.send?.({ ...result, seconds, peakMegabytes: peakMegabytes() }, () => process.exit(0));
