import { Command } from 'commander';
import { createProgress, runCommand, stateOption } from './command-line/command-line.ts';
import { undoTable } from './command-line/summary-table.ts';
import { describeProgress } from './executions/progress.ts';
import { followUndo, startUndo } from './executions/run-undo.ts';
import { localTarget } from './target/clients.ts';
import { readEndpoints } from './target/endpoints.ts';
import { stackTarget } from './target/stack-target.ts';

type Options = { state: string; stack?: string; dryRun?: boolean; json?: boolean };

const command = new Command('npm run undo --')
  .description('Brings the catalog to what it was before an import, and proves it. An undo can be undone, too.')
  .argument('<import>', 'id of the import, or the name of its execution')
  .addOption(stateOption)
  .option('--stack <name>', 'name of a deployed CloudFormation stack, instead of the local one')
  .option('--dry-run', 'say what would be restored, and restore nothing')
  .option('--json', 'print one JSON object instead of tables')
  .action(async (asked: string, { state, stack, dryRun = false, json }: Options) => {
    const target = stack === undefined ? localTarget(await readEndpoints(state)) : await stackTarget(stack);
    const progress = createProgress({ json });
    const executionArn = await startUndo(target, asked, { dryRun });
    const summary = await followUndo(target, executionArn, (now) => progress.show(describeProgress(now)));
    progress.done();
    process.stdout.write(`${json ? JSON.stringify(summary) : undoTable(summary)}\n`);
    if (summary.restored === false) process.exitCode = 2;
  });

await runCommand(command);
