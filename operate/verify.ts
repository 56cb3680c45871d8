import { Command } from 'commander';
import { verifiedSupplierSchema } from '../workflows/payloads/verify.ts';
import { runCommand, stateOption } from './command-line/command-line.ts';
import { verifiedImportTable } from './command-line/verify-table.ts';
import { localTarget, type Target } from './target/clients.ts';
import { readEndpoints } from './target/endpoints.ts';
import { invokeFunction } from './target/invoke-function.ts';
import { stackTarget } from './target/stack-target.ts';
import { verifyImport } from './verify-import.ts';

type Options = { supplier?: string; import?: string; state: string; stack?: string; json?: boolean };

const command = new Command('npm run verify --')
  .description(
    'Proves what is stored: the fingerprint of a supplier’s catalog (two that are equal are the same), or the receipt of an import, drawn up anew from its file and the database.',
  )
  .option('-s, --supplier <code>', 'supplier whose catalog it is')
  .option('-i, --import <import>', 'id of the import, or the name of its execution')
  .addOption(stateOption)
  .option('--stack <name>', 'name of a deployed CloudFormation stack, instead of the local one')
  .option('--json', 'print one JSON object')
  .action(async (options: Options) => {
    const { supplier, import: asked, state, stack, json } = options;
    if ((supplier === undefined) === (asked === undefined)) throw new Error('Say either --supplier or --import');
    const target = stack === undefined ? localTarget(await readEndpoints(state)) : await stackTarget(stack);
    if (supplier !== undefined) return print(await describeSupplier(target, supplier, json));
    const verified = await verifyImport(target, asked ?? '');
    print(json ? JSON.stringify(verified) : verifiedImportTable(verified));
    if (!verified.verified) process.exitCode = 2;
  });

async function describeSupplier(target: Target, supplier: string, json = false): Promise<string> {
  const verified = verifiedSupplierSchema.parse(await invokeFunction(target, target.verifyFunction, { supplier }));
  if (json) return JSON.stringify(verified);
  return `${verified.supplier}: ${verified.products} products, fingerprint ${verified.fingerprint}`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

await runCommand(command);
