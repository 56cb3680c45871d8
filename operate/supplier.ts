import { Command } from 'commander';
import { addTo, runCommand, stateOption } from './command-line/command-line.ts';
import { settingsTable } from './command-line/summary-table.ts';
import { readChanges } from './supplier-changes.ts';
import { changeSettings } from './supplier-settings.ts';
import { localTarget } from './target/clients.ts';
import { readEndpoints } from './target/endpoints.ts';
import { stackTarget } from './target/stack-target.ts';

type Options = { set: string[]; state: string; stack?: string; json?: boolean };

const command = new Command('npm run supplier --')
  .description('Prints the settings of a supplier, and changes them.')
  .argument('<supplier>', 'code of the supplier: the first folder of its files')
  .option(
    '--set <name=value>',
    'feed_mode, currency, locale, image_base_url, max_concurrency, allow_svg, headers.NAME or column_mapping.HEADER; nothing behind = takes it back; repeatable',
    addTo,
    [],
  )
  .addOption(stateOption)
  .option('--stack <name>', 'name of a deployed CloudFormation stack, instead of the local one')
  .option('--json', 'print one JSON object instead of a table')
  .action(async (supplier: string, options: Options) => {
    const changes = readChanges(options.set);
    const target =
      options.stack === undefined ? localTarget(await readEndpoints(options.state)) : await stackTarget(options.stack);
    const settings = await changeSettings(target, supplier, changes);
    if (settings === null) {
      throw new Error(`There is no supplier ${supplier} yet: its first file, or any --set, makes it`);
    }
    process.stdout.write(`${options.json ? JSON.stringify(settings) : settingsTable(settings)}\n`);
  });

await runCommand(command);
