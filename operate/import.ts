import { Command } from 'commander';
import { supportedExtensions } from '../functions/register-import/file-type.ts';
import { addTo, createProgress, runCommand, stateOption } from './command-line/command-line.ts';
import { dryRunTable, summaryTable } from './command-line/summary-table.ts';
import { dryRun } from './dry-run.ts';
import { dropSpreadsheet, type FollowedImport, followImport } from './executions/follow-import.ts';
import { countImagesOfExecution } from './executions/image-counts.ts';
import { describeProgress, type OwnImageCounts } from './executions/progress.ts';
import { readMapping } from './supplier-changes.ts';
import { changeSettings } from './supplier-settings.ts';
import { localTarget, type Target } from './target/clients.ts';
import { openDatabaseUrl } from './target/database-url.ts';
import { readEndpoints } from './target/endpoints.ts';
import { stackTarget } from './target/stack-target.ts';

type Options = {
  supplier: string;
  state: string;
  stack?: string;
  map: string[];
  dryRun?: boolean;
  reports?: string;
  json?: boolean;
};

const command = new Command('npm run import --')
  .description('Uploads a spreadsheet, follows its execution and prints the outcome.')
  .argument('<file>', `spreadsheet: ${supportedExtensions.join(', ')}`)
  .requiredOption('-s, --supplier <code>', 'supplier the file belongs to')
  .addOption(stateOption)
  .option('--stack <name>', 'name of a deployed CloudFormation stack, instead of the local one')
  .option(
    '--map <header=field>',
    'what a column is, for this file and the supplier’s later ones; repeatable',
    addTo,
    [],
  )
  .option('--dry-run', 'say what the import would do, against the local stack, without writing a row')
  .option('--reports <directory>', 'with --dry-run: write problems.csv and rejected.xlsx there')
  .option('--json', 'print one JSON object instead of tables')
  .action(async (file: string, options: Options) => {
    const columnMapping = readMapping(options.map);
    if (options.dryRun) return runDry(file, options, columnMapping);
    const followed =
      options.stack === undefined
        ? await importLocally(file, options)
        : await importInto(await stackTarget(options.stack), file, options);
    const { summary, error } = followed;
    if (options.json) process.stdout.write(`${JSON.stringify(followed)}\n`);
    else if (summary) process.stdout.write(`${summaryTable(summary)}\n`);
    if (error) throw new Error(`${error.name}: ${error.message}`);
    if (followed.status !== 'SUCCEEDED')
      throw new Error(`The execution ended as ${followed.status}: ${followed.executionArn}`);
  });

async function importLocally(file: string, options: Options): Promise<FollowedImport> {
  const endpoints = await readEndpoints(options.state);
  const database = openDatabaseUrl(endpoints.databaseUrl);
  try {
    return await importInto(localTarget(endpoints), file, options, (executionArn) =>
      countImagesOfExecution(database, executionArn),
    );
  } finally {
    await database.$client.end();
  }
}

async function importInto(
  target: Target,
  file: string,
  options: Options,
  countImages?: (executionArn: string) => Promise<OwnImageCounts | null>,
): Promise<FollowedImport> {
  const progress = createProgress(options);
  if (options.map.length > 0)
    await changeSettings(target, options.supplier, { column_mapping: readMapping(options.map) });
  progress.show(`uploading ${file}`);
  const executionArn = await dropSpreadsheet(target, file, options.supplier);
  const followed = await followImport(
    target,
    executionArn,
    (now) => progress.show(describeProgress(now)),
    countImages && (() => countImages(executionArn)),
  );
  progress.done();
  return followed;
}

async function runDry(file: string, options: Options, mapping: Record<string, string>): Promise<void> {
  if (options.stack !== undefined) throw new Error('--dry-run reads the local database: it takes no --stack');
  const endpoints = await readEndpoints(options.state);
  const progress = createProgress(options);
  progress.show(`reading ${file}`);
  const database = openDatabaseUrl(endpoints.databaseUrl);
  try {
    const result = await dryRun(database, file, options.supplier, { mapping, reports: options.reports });
    progress.done();
    process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : `${dryRunTable(result)}\n`);
  } finally {
    await database.$client.end();
  }
}

await runCommand(command);
