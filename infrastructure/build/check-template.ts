import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An independent reading of the template: AWS's own linter, which is in Python. */
const linter = 'cfn-lint==1.58.0';
/** Resources and their properties differ by Region. One without m8g fails here: deploy.ts asks RDS and says what to set. */
const regions = ['us-east-1', 'eu-central-1', 'ap-southeast-2', 'eu-west-1', 'sa-east-1'];
/** CDK's own habit: it says what a resource waits for even where a reference says so already. */
const ignored = ['W3005'];
const assembly = 'cdk.out';

/** Where the linter cannot be run; the message is one line. */
class CheckError extends Error {
  override name = 'Check';
}

/** Lints every template of `npm run synth` for all Regions. Returns whether nothing was found. Throws {@link CheckError}. */
async function checkTemplates(): Promise<boolean> {
  const files = existsSync(assembly) ? await readdir(assembly) : [];
  const templates = files.filter((file) => file.endsWith('.template.json')).map((file) => join(assembly, file));
  if (templates.length === 0) throw new CheckError(`${assembly} has no template: run npm run synth first`);
  const environment = await mkdtemp(join(tmpdir(), 'supplier-import-lint-'));
  try {
    run('python3', ['-m', 'venv', environment], 'Python 3 with its module venv is needed, and was not found');
    const bin = join(environment, process.platform === 'win32' ? 'Scripts' : 'bin');
    run(
      join(bin, 'pip'),
      ['install', '--quiet', '--disable-pip-version-check', linter],
      `pip could not install ${linter}`,
    );
    const found = spawnSync(
      join(bin, 'cfn-lint'),
      ['--ignore-checks', ...ignored, '--regions', ...regions, '--', ...templates],
      { stdio: 'inherit' },
    );
    console.log(
      `${linter}, ${templates.join(', ')}, ${regions.join(', ')}: ${found.status === 0 ? 'no findings' : 'findings above'}`,
    );
    return found.status === 0;
  } finally {
    await rm(environment, { recursive: true, force: true });
  }
}

function run(command: string, args: string[], complaint: string): void {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  if (error !== undefined || status !== 0) throw new CheckError(complaint);
}

try {
  if (!(await checkTemplates())) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof CheckError ? error.message : error);
  process.exitCode = 1;
}
