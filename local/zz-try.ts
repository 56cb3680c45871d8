import { writeFile } from 'node:fs/promises';
import { buildFunctions } from '../infrastructure/build-functions.ts';
import { localTarget } from './clients.ts';
import { describeProgress, dropSpreadsheet, followExecution } from './follow-import.ts';
import { startStack } from './stack.ts';
import { summaryTable } from './summary-table.ts';

await buildFunctions();
const stack = await startStack({
  directory: '.local/try',
  port: 0,
  allowImageHosts: [],
  onLog: (line) => console.log('LOG', line.slice(0, 600)),
});
const target = localTarget(stack.endpoints);
const file = process.argv[2] ?? '.local/a.csv';
if (!process.argv[2])
  await writeFile(file, 'code,title,price,sku,image 1\nA1,Hello,12.5,S1,https://127.0.0.1/x.jpg\nA2,World,13,S2,\n');
const arn = await dropSpreadsheet(target, file, 'acme');
const followed = await followExecution(target, arn, (p) => console.log(describeProgress(p)));
console.log(followed);
if (followed.summary) console.log(summaryTable(followed.summary));
await stack.close();
process.exit(0);
