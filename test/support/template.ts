import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { defaultSettings, type Settings } from '../../infrastructure/settings/settings.ts';
import { stackName } from '../../local/assembly.ts';
import { synthesize } from '../../local/synthesize.ts';

export type Resource = { Type: string; Properties: Record<string, unknown> };

/** Templates as texts, by their settings: files that share a process synthesize each once. */
const synthesized = new Map<string, Promise<string>>();

/** The synthesized template, as deployed but for the sharp layer's bytes. The caller may write to it. */
export async function synthesizedTemplate(settings: Settings = defaultSettings): Promise<Template> {
  const key = JSON.stringify(settings);
  const text = synthesized.get(key) ?? synthesizedText(settings);
  synthesized.set(key, text);
  return Template.fromJSON(JSON.parse(await text));
}

async function synthesizedText(settings: Settings): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'supplier-import-synth-'));
  try {
    await synthesize(directory, settings);
    return await readFile(join(directory, `${stackName}.template.json`), 'utf8');
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The constructs that have the state machines. */
const constructs = { ProductImport: 'Workflow', ConvertImages: 'Workflow', SweepImages: 'Sweep', UndoImport: 'Undo' };

/** A state machine's definition, with logical ids in the place of ARNs and names. */
export function definitionOf(template: Template, name: keyof typeof constructs): Definition {
  const machines = Object.entries(template.findResources('AWS::StepFunctions::StateMachine'));
  const [, machine] = machines.find(([id]) => id.startsWith(`${constructs[name]}${name}`)) ?? [];
  const parts: unknown[] = machine?.Properties.DefinitionString['Fn::Join'][1] ?? [];
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : logicalId(part))).join(''));
}

function logicalId(reference: unknown): string {
  const [target] = Object.values(reference as Record<string, string | string[]>);
  const id = Array.isArray(target) ? target[0] : target;
  return id === 'AWS::Partition' ? 'aws' : `arn:aws:lambda:us-east-1:000000000000:function:${id}`;
}

export type State = {
  Type: string;
  Resource?: string;
  Retry?: { ErrorEquals: string[]; MaxAttempts: number; JitterStrategy: string }[];
  Catch?: { ErrorEquals: string[]; Next: string }[];
  ItemProcessor?: Definition & { ProcessorConfig: { Mode: string; ExecutionType?: string } };
  [field: string]: unknown;
};
export type Definition = { StartAt: string; States: Record<string, State>; TimeoutSeconds?: number };

/** Every state of a definition, those inside Maps included. */
export function allStates(definition: Definition): [string, State][] {
  return Object.entries(definition.States).flatMap(([name, state]): [string, State][] => [
    [name, state],
    ...(state.ItemProcessor ? allStates(state.ItemProcessor) : []),
  ]);
}
