import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stackName } from '../../local/assembly.ts';
import { readStack } from '../../local/aws/template/template.ts';
import { readWiring } from '../../local/aws/template/wiring.ts';
import { synthesize } from '../../local/synthesize.ts';
import { imageErrorCodesTable } from './image-error-codes.ts';
import { workflowDiagram } from './workflow-diagram.ts';

/** What is made from the code, by the file and the markers (`<!-- name -->` … `<!-- /name -->`) that it stands between. */
export async function generatedParts(): Promise<{ file: string; name: string; text: string }[]> {
  const definitionOf = await stateMachineDefinitions();
  return [
    { file: 'README.md', name: 'product-import', text: workflowDiagram(definitionOf('ProductImport')) },
    { file: 'docs/images.md', name: 'image-error-codes', text: imageErrorCodesTable() },
  ];
}

/** `text` with `part` between the markers of that name; throws where it lacks them. */
export function withPart(text: string, name: string, part: string): string {
  const [before, rest] = text.split(`<!-- ${name} -->`);
  const after = rest?.split(`<!-- /${name} -->`)[1];
  if (before === undefined || after === undefined) throw new Error(`The markers of ${name} are missing`);
  return `${before}<!-- ${name} -->\n\n${part}\n\n<!-- /${name} -->${after}`;
}

async function stateMachineDefinitions(): Promise<(name: string) => unknown> {
  const directory = await mkdtemp(join(tmpdir(), 'supplier-import-docs-'));
  try {
    await synthesize(directory);
    const { stateMachines } = readWiring(await readStack(directory, stackName), {
      account: '000000000000',
      region: 'us-east-1',
      queueUrl: (name) => name,
      nameOf: ({ logicalId }) => logicalId,
      valueOf: ({ logicalId, attribute }) => `${logicalId}.${attribute}`,
    });
    return (name) => stateMachines.find(({ logicalId }) => logicalId.includes(name))?.definition;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  for (const { file, name, text } of await generatedParts()) {
    await writeFile(file, withPart(await readFile(file, 'utf8'), name, text));
  }
}
