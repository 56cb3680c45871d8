import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { readSettings, SettingsError } from '../settings/read-settings.ts';
import { AccountError } from './account-error.ts';
import { accountClients, checkAccount } from './check-account.ts';

/** What the command line says with `-c NAME=VALUE`, as cdk reads it. */
function contextOf(args: string[]): Record<string, string> {
  const { values } = parseArgs({
    args,
    options: { context: { type: 'string', short: 'c', multiple: true } },
    strict: false,
  });
  const pairs = (values.context ?? []).map(String).map((pair) => {
    const equals = pair.indexOf('=');
    return [pair.slice(0, equals), pair.slice(equals + 1)];
  });
  return Object.fromEntries(pairs);
}

/** Runs npm with the terminal of this process; false where it fails, having said why. */
function npm(...args: string[]): boolean {
  return spawnSync('npm', args, { stdio: 'inherit' }).status === 0;
}

/**
 * Checks the account, builds, and deploys. A first deployment is made without protection, so that one that fails can be
 * deleted and tried again; once the stack stands, a second deployment protects it. False where a step failed.
 */
async function deploy(args: string[]): Promise<boolean> {
  const { protect, ...deployment } = readSettings(contextOf(args));
  const { clients, region } = await accountClients();
  const { account, stands } = await checkAccount(clients, region, deployment);
  const { stackName, settings } = deployment;
  console.log(`Deploying ${stackName} to ${account} in ${region}`);
  if (!npm('run', 'build') || !npm('run', 'build:assets')) return false;
  const cdk = (...more: string[]) => npm('exec', '--', 'cdk', 'deploy', ...args, ...more);
  const isProtected = protect && (settings.retention.keepData || settings.database.deletionProtection);
  if (stands || !isProtected) return cdk();
  console.log('Step 1 of 2: making the stack, without protection from deletion until it stands');
  if (!cdk('-c', 'protect=false')) return false;
  console.log('Step 2 of 2: protecting the stack and its database from deletion');
  return cdk();
}

try {
  if (!(await deploy(process.argv.slice(2)))) process.exitCode = 1;
} catch (error) {
  const isOurs = error instanceof AccountError || error instanceof SettingsError;
  console.error(isOurs ? error.message : error);
  process.exitCode = 1;
}
