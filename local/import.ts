import { Command } from 'commander';
import { localTarget } from './clients.ts';
import { createProgress, runCommand, stateOption } from './command-line.ts';
import { readEndpoints } from './endpoints.ts';
import { describeProgress, dropSpreadsheet, followExecution } from './follow-import.ts';
import { explainDeployed, stackTarget } from './stack-target.ts';
import { summaryTable } from './summary-table.ts';

const command = new Command('npm run import --')
  .description('Uploads a spreadsheet, follows its execution and prints the outcome.')
  .argument('<file>', 'spreadsheet: .xlsx, .csv, .tsv or .txt')
  .requiredOption('-s, --supplier <code>', 'supplier the file belongs to')
  .addOption(stateOption)
  .option('--json', 'print one JSON object instead of tables')
  .action(async (file: string, options: { supplier: string; state: string; json?: boolean }) => {
    const target = localTarget(await readEndpoints(options.state));
    const progress = createProgress(options);
    progress.show(`uploading ${file}`);
    const executionArn = await dropSpreadsheet(target, file, options.supplier);
    const followed = await followExecution(target, executionArn, (now) => progress.show(describeProgress(now)));
    progress.done();
    const { summary, error } = followed;
    if (options.json) process.stdout.write(`${JSON.stringify(followed)}\n`);
    else if (summary) process.stdout.write(`${summaryTable(summary)}\n`);
    if (error) throw new Error(`${error.name}: ${error.message}`);
    if (followed.status !== 'SUCCEEDED') throw new Error(`The execution ended as ${followed.status}: ${executionArn}`);
  });

await runCommand(command);
