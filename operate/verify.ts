import { Command } from 'commander';
import { eq } from 'drizzle-orm';
import { fingerprintOf } from '../functions/shared/changes/fingerprint.ts';
import { suppliers } from '../schema/index.ts';
import { runCommand, stateOption } from './command-line.ts';
import { openDatabaseUrl } from './database-url.ts';
import { readEndpoints } from './endpoints.ts';

const command = new Command('npm run verify --')
  .description('Computes the fingerprint of a supplier’s catalog in the local stack: two that are equal are the same.')
  .requiredOption('-s, --supplier <code>', 'supplier whose catalog it is')
  .addOption(stateOption)
  .option('--json', 'print one JSON object')
  .action(async ({ supplier, state, json }: { supplier: string; state: string; json?: boolean }) => {
    const database = openDatabaseUrl((await readEndpoints(state)).databaseUrl);
    try {
      const [found] = await database.select().from(suppliers).where(eq(suppliers.code, supplier.toLowerCase()));
      if (!found) throw new Error(`There is no supplier ${supplier}: its first upload creates it`);
      const { fingerprint, products } = await fingerprintOf(database, found.id);
      const text = `${found.code}: ${products} products, fingerprint ${fingerprint}`;
      process.stdout.write(`${json ? JSON.stringify({ supplier: found.code, fingerprint, products }) : text}\n`);
    } finally {
      await database.$client.end();
    }
  });

await runCommand(command);
