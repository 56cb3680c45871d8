import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { Command } from 'commander';
import { undoSummarySchema } from '../workflows/payloads/undo.ts';
import { localTarget } from './clients.ts';
import { createProgress, runCommand, stateOption } from './command-line.ts';
import { readEndpoints } from './endpoints.ts';
import { followExecution, summaryIn } from './follow-execution.ts';
import { createProgressReader, describeProgress } from './progress.ts';
import { stackTarget } from './stack-target.ts';
import { undoTable } from './summary-table.ts';

type Options = { state: string; stack?: string; dryRun?: boolean; json?: boolean };

const command = new Command('npm run undo --')
  .description('Brings the catalog to what it was before an import, and proves it. An undo can be undone, too.')
  .argument('<import>', 'id of the import, or the name of its execution')
  .addOption(stateOption)
  .option('--stack <name>', 'name of a deployed CloudFormation stack, instead of the local one')
  .option('--dry-run', 'say what would be restored, and restore nothing')
  .option('--json', 'print one JSON object instead of tables')
  .action(async (asked: string, options: Options) => {
    const target =
      options.stack === undefined ? localTarget(await readEndpoints(options.state)) : await stackTarget(options.stack);
    if (!/^[\w.-]{1,128}$/.test(asked)) throw new Error(`"${asked}" is neither an import's id nor an execution's name`);
    const input = JSON.stringify({ import: asked, dryRun: options.dryRun ?? false });
    const { executionArn = '' } = await target.stepFunctions.send(
      new StartExecutionCommand({ stateMachineArn: target.undoImportArn, input }),
    );
    const progress = createProgress(options);
    const read = createProgressReader(target, executionArn);
    const { status, error, output } = await followExecution(target, executionArn, async (seconds) =>
      progress.show(describeProgress(await read(seconds))),
    );
    progress.done();
    if (error) throw new Error(error.message);
    if (status !== 'SUCCEEDED') throw new Error(`The execution ended as ${status}: ${executionArn}`);
    const summary = undoSummarySchema.parse(summaryIn(output));
    process.stdout.write(`${options.json ? JSON.stringify(summary) : undoTable(summary)}\n`);
    if (summary.restored === false) process.exitCode = 2;
  });

await runCommand(command);
